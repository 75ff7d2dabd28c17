"""The contact sheet: all pictures of a gallery on one HTML page, ordered by scene.

Any browser can show it; it loads nothing from elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .report import Picture

_HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Gallery of pages</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { font: 15px/1.5 "Noto Sans CJK SC", sans-serif; margin: 0; background: #F6F3EC;
  color: #14212B; }
header { background: #0E3A4F; color: #fff; padding: 20px 28px; }
h1 { font-size: 22px; margin: 0; } header p { margin: 4px 0 0; }
nav { position: sticky; top: 0; background: #fff; border-bottom: 1px solid #DCD5C4;
  padding: 10px 28px; }
nav label { margin-right: 18px; white-space: nowrap; }
section { padding: 14px 28px 4px; } h2 { font-size: 17px; margin: 8px 0; }
.row { display: flex; flex-wrap: wrap; gap: 14px; align-items: flex-start; }
figure { margin: 0; } figure img { height: 300px; display: block; border: 1px solid #DCD5C4; }
figure.found img { outline: 3px solid #8A3410; }
figcaption { font-size: 12px; color: #3A454E; max-width: 530px; }
figcaption b { color: #8A3410; } figure[hidden] { display: none; }
</style>
"""

_SCRIPT = """<script>
const boxes = document.querySelectorAll("nav input[value]");
function choose() {
  const off = [...boxes].filter(b => !b.checked).map(b => b.value);
  const only = document.getElementById("only").checked;
  document.querySelectorAll("figure").forEach(f => {
    f.hidden = f.dataset.tags.split(" ").some(t => off.includes(t))
      || (only && !f.classList.contains("found"));
  });
}
boxes.forEach(b => b.addEventListener("change", choose));
document.getElementById("only").addEventListener("change", choose);
</script>
"""


def contact_sheet(pictures: Sequence[Picture]) -> str:
    """Return the HTML of the page; it refers to the pictures by their relative names."""
    found = sum(len(picture.seen.findings) for picture in pictures)
    scenes = list(dict.fromkeys(picture.scene for picture in pictures))
    tags = list(
        dict.fromkeys(
            tag
            for picture in pictures
            for tag in (picture.screen, picture.mode, picture.theme, picture.language)
        )
    )
    parts = [
        _HEAD,
        f"<header><h1>Gallery of pages</h1><p>{len(scenes)} scenes, {len(pictures)} pictures, "
        f"{found} findings.</p></header><nav>",
        *(
            f'<label><input type="checkbox" value="{escape(tag)}" checked> {escape(tag)}</label>'
            for tag in tags
        ),
        '<label><input type="checkbox" id="only"> with findings only</label></nav>',
    ]
    for scene in scenes:
        parts.append(f"<section><h2>{escape(scene)}</h2><div class=row>")
        parts.extend(_figure(picture) for picture in pictures if picture.scene == scene)
        parts.append("</div></section>")
    parts.append(_SCRIPT)
    return "\n".join(parts)


def _figure(picture: Picture) -> str:
    tags = " ".join((picture.screen, picture.mode, picture.theme, picture.language))
    what = "".join(
        f"<br><b>{escape(found.kind.value)}</b> {escape(found.where)} {escape(found.what)}"
        for found in picture.seen.findings
    )
    mark = ' class="found"' if picture.seen.findings else ""
    file = escape(picture.file)
    return (
        f'<figure{mark} data-tags="{escape(tags)}"><a href="{file}">'
        f'<img loading="lazy" src="{file}" alt="{escape(picture.scene)}"></a>'
        f"<figcaption>{escape(tags)}{what}</figcaption></figure>"
    )
