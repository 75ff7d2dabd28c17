"""The sandbox's public pages: the invented phone, document verification, and a phone's copy.

For people who try the demonstration. Large type, Chinese and English, no script, nothing loaded
from other hosts. Names are masked, because anyone who finds a document or a photo can look.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from printing.outcome import Outcome

from ..platform import wire
from .issuing import IssuedDocument
from .items import item_of
from .service import SentCode

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
REFRESH_S = 2

_STYLE = """
  :root { color-scheme: light; }
  * { box-sizing: border-box; margin: 0; }
  body { font: 20px/1.5 "Noto Sans CJK SC", "Noto Sans", sans-serif; color: #16212b;
         background: #eef2f5; padding: 40px 20px; }
  main { max-width: 760px; margin: 0 auto; background: #fff; border-radius: 20px;
         padding: 40px; box-shadow: 0 1px 3px #0002; }
  h1 { font-size: 36px; line-height: 1.25; text-wrap: balance; }
  small { display: block; font-size: .8em; font-weight: 400; color: #51606d; }
  h1 small { font-size: .6em; }
  p { margin-top: 16px; }
  .mark { display: inline-flex; width: 72px; height: 72px; border-radius: 50%; color: #fff;
          font-size: 44px; align-items: center; justify-content: center; margin-bottom: 20px; }
  .good { background: #14743c; } .bad { background: #b3261e; }
  dl { margin-top: 24px; border-top: 1px solid #d5dde3; }
  dl div { display: flex; gap: 24px; padding: 12px 0; border-bottom: 1px solid #d5dde3; }
  dt { flex: 0 0 9em; color: #36434e; } dd { font-weight: 600; overflow-wrap: anywhere;
       white-space: pre-line; }
  @media (max-width: 480px) { body { padding: 12px; } main { padding: 24px; }
    h1 { font-size: 30px; }
    dl div { display: block; } .code { font-size: 56px; } }
  .code { font: 600 72px/1.2 "Noto Sans Mono", monospace; letter-spacing: .12em; }
  .old { opacity: .55; } .old .code { font-size: 36px; }
  section { margin-top: 32px; }
  .get { display: block; margin-top: 32px; padding: 18px 24px; border-radius: 16px; color: #fff;
         background: #0b5cad; font-size: 26px; font-weight: 600; text-align: center;
         text-decoration: none; }
  .get small { color: #fff; } .get:focus-visible { outline: 4px solid #16212b; }
  footer { max-width: 760px; margin: 20px auto 0; color: #51606d; font-size: 16px; }
"""


def _page(title: str, body: str, *, refresh: bool = False) -> str:
    again = f'<meta http-equiv="refresh" content="{REFRESH_S}">' if refresh else ""
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">{again}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><style>{_STYLE}</style></head>
<body><main>{body}</main>
<footer>演示平台：所有人员和数据均为虚构。 A demonstration: every person and figure is invented.
</footer></body></html>
"""


def phone_page(sent: Sequence[SentCode]) -> str:
    """Return the page with the messages to the invented phones, newest first."""
    if not sent:
        messages = "<section><p>还没有短信<small>No message yet</small></p></section>"
    else:
        messages = "".join(
            f'<section class="{"old" if n else "new"}"><p>{escape(each.masked_phone)}</p>'
            f'<p class="code">{escape(each.code)}</p></section>'
            for n, each in enumerate(reversed(sent))
        )
    head = "<h1>演示手机短信<small>Messages on the demonstration's phone</small></h1>"
    return _page("演示手机短信", head + messages, refresh=True)


def _what_and_whose(document: IssuedDocument) -> list[tuple[str, str, str]]:
    item = item_of(document.item)
    title = item.title if item else wire.Text("", "")
    return [
        ("文件", "Document", f"{title.zh}\n{title.en}"),
        ("姓名", "Name", document.masked_name),
    ]


def _list(rows: Sequence[tuple[str, str, str]]) -> str:
    listed = "".join(
        f"<div><dt>{escape(zh)}<small>{escape(en)}</small></dt><dd>{escape(value)}</dd></div>"
        for zh, en, value in rows
    )
    return f"<dl>{listed}</dl>"


def genuine_page(document: IssuedDocument, outcome: wire.ConfirmPrinted | None) -> str:
    """Return the page for a known code: the facts that the paper must show."""
    rows = [
        *_what_and_whose(document),
        ("文件编号", "Document number", document.answer.document_number),
        ("校验码", "Verification code", document.answer.verification_code),
        ("开具日期", "Issued on", document.issued_on.isoformat()),
        ("页数", "Pages", str(document.answer.pages)),
    ]
    if outcome is not None and outcome.outcome is Outcome.PRINTED:
        rows.append(("已打印页数", "Pages printed", str(outcome.pages)))
    return _page(
        "文件真伪查询",
        '<span class="mark good" aria-hidden="true">✓</span>'
        "<h1>此文件由本平台开具<small>This document was issued by this platform</small></h1>"
        "<p>请核对纸上的内容与下列各项是否一致。"
        "<small>Check that the paper says the same as the lines below.</small></p>" + _list(rows),
    )


def unknown_page() -> str:
    """Return the page for an unknown code; it does not repeat the code."""
    return _page(
        "文件真伪查询",
        '<span class="mark bad" aria-hidden="true">✕</span>'
        "<h1>查不到此校验码<small>Nothing was issued under this code</small></h1>"
        "<p>请核对校验码。如无误，此文件不是本平台开具的。"
        "<small>Check the code; if it is right, the document is not by this platform.</small></p>",
    )


def copy_page(document: IssuedDocument, file: str, minutes: int) -> str:
    """Return the page that offers the download.

    ``file`` is the address of the sealed PDF relative to this page; the link is valid for
    ``minutes`` more minutes.
    """
    size = len(document.answer.document)
    rows = [
        *_what_and_whose(document),
        ("页数和大小", "Pages and size", f"{document.answer.pages} · {-(-size // 1024)} kB"),
    ]
    return _page(
        "电子文件",
        "<h1>您的电子文件<small>Your electronic document</small></h1>"
        + _list(rows)
        + f'<a class="get" href="{escape(file)}">存到手机<small>Save it on this phone</small></a>'
        f"<p>此链接约 {minutes} 分钟内有效。请勿把链接转给别人。<small>The link works for about "
        f"{minutes} min. Do not pass it on.</small></p>"
        "<p>如果在微信中打不开，请点右上角“…”，选择“在浏览器打开”。<small>If nothing happens in "
        "WeChat, tap … at the top and open the page in your browser.</small></p>"
        "<p>请保存这个文件本身：截图不带可以验证的电子印章。<small>Keep the file itself: a picture "
        "of it carries no seal that can be checked.</small></p>",
    )


def lapsed_page() -> str:
    """Return the page for an expired or unknown link; it does not say which of them it is."""
    return _page(
        "链接已失效",
        '<span class="mark bad" aria-hidden="true">✕</span>'
        "<h1>此链接已失效<small>This link works no longer</small></h1>"
        "<p>链接只在十分钟内有效，最多下载五次。请回到自助终端，再要一个二维码；也可以直接打印。"
        "<small>A link works for ten minutes and five downloads. Go back to the terminal and ask "
        "for a new code, or print the document there.</small></p>",
    )
