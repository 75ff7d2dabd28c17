"""The page of certificates, from their registry and from the sandbox's catalogue."""

from __future__ import annotations

from datetime import date

from printing.documents.certificates.registry import CERTIFICATES
from terminal.sandbox import items

from .markdown import code, page, table

INTRODUCTION = """\
The classes are declared in `printing.documents.certificates`, one module for each certificate.
[The sealed file](../documents.md#what-the-file-says-of-itself) states the code."""
SANDBOX = """\
## In the sandbox

*Needs* is the [assurance level](../platform.md#identity-and-assurance). *Valid* is how long the
city accepts the certificate. A person who is not listed has nothing to certify: the sandbox answers
`no_record`. The departments are declared in `terminal.sandbox.certificates`."""
DAY = date(2026, 1, 5)
"""The day for which the table is made. A fixed one, so that the page does not change with time."""


def page_text() -> str:
    """Return the page with the table of types and the table of the sandbox's items."""
    types = table(
        ("Code", "Title", "Class"),
        ((code(each.TYPE), each.TITLE, code(each.__name__)) for each in CERTIFICATES),
    )
    offers = table(
        ("Item", "Code", "Needs", "Valid", "Who has it"),
        (
            (
                offer.item.title.zh,
                code(offer.item.code),
                f"level {int(offer.item.assurance_needed)}",
                f"{offer.valid_months} months" if offer.valid_months else "no limit",
                ", ".join(each.name for each in items.holders(offer.item.code, DAY)),
            )
            for offer in items.OFFERS
        ),
    )
    return page("Certificates", INTRODUCTION, types, f"{SANDBOX}\n\n{offers}")
