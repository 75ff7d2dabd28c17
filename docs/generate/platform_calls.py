"""The page of the platform's calls and refusals, from `wire.CALLS` and `wire.ErrorCode`."""

from __future__ import annotations

from devices.health import Fault
from terminal.platform import faults, wire

from .declared import docstring
from .markdown import code, page, table

INTRODUCTION = """\
The rules behind these tables are in [platform.md](../platform.md). The types of requests and
answers are in the sandbox's OpenAPI document (`/openapi.json`). The calls are declared in
`terminal.platform.wire.calls`, the refusals in `terminal.platform.wire.errors`."""
CALLS = f"""\
## Calls

*Repeated* says whether the client repeats the call after a lost connection, and why. The platform
can also refuse every call as {code(wire.SHARED_REFUSALS[0])}, and every signed call as
{", ".join(code(each) for each in wire.SHARED_REFUSALS[1:])}."""
REFUSALS = f"""\
## Refusals

Any other answer of 500 or above becomes {faults.SERVER_ERROR.code}."""


def page_text() -> str:
    """Return the page with the table of calls and the table of refusals."""
    calls = table(
        ("Call", "Path", "Request", "Answer", "Repeated", "Refusals"),
        (
            (
                call.name,
                code(f"{call.method} {call.path}") + ("" if call.signed else " (unsigned)"),
                "none" if call.request is None else code(call.request.__name__),
                code(call.answer.__name__),
                f"{'yes' if call.repeated else 'no'}: {call.reason}",
                ", ".join(code(each) for each in call.refusals) or "none",
            )
            for call in wire.CALLS
        ),
    )
    names = {value.code: name for name, value in vars(faults).items() if isinstance(value, Fault)}
    refusals = table(
        ("Code", "Status", "Fault", "Meaning"),
        (
            (
                code(each),
                str(each.status),
                f"[{each.fault.code}](faults-platform.md#{each.fault.code.lower()})",
                docstring(faults, names[each.fault.code]),
            )
            for each in wire.ErrorCode
        ),
    )
    return page("Platform calls", INTRODUCTION, f"{CALLS}\n\n{calls}", f"{REFUSALS}\n\n{refusals}")
