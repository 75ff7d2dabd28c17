"""A measured figure with its bar and its peer, and how figures are shown and stored."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One figure.

    ``value`` and ``peer_value`` are medians in ``unit``; ``spread`` is the lowest and highest
    value. ``bar`` is the largest ratio to the peer, or the largest value if there is no peer. The
    peer runs in turn with what is measured, so the ratio also holds on a busy machine.
    """

    name: str
    value: float
    unit: str
    bar: float | None = None
    peer: str = ""
    peer_value: float | None = None
    spread: tuple[float, float] | None = None
    runs: int = 1
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The value as a multiple of the peer's value."""
        return None if not self.peer_value else self.value / self.peer_value

    @property
    def met(self) -> bool | None:
        """Whether the figure meets its bar; ``None`` if it has no bar or its peer did not run."""
        judged = self.ratio if self.peer else self.value
        return None if self.bar is None or judged is None else judged <= self.bar


def median(
    name: str, samples: Sequence[float], unit: str, *, bar: float | None = None, peer: str = "",
    peer_samples: Sequence[float] = (), note: str = "",
) -> Figure:  # fmt: skip
    """Return a figure with the median of ``samples``, and the median of the peer's samples."""
    return Figure(
        name, statistics.median(samples), unit, bar, peer,
        statistics.median(peer_samples) if peer_samples else None,
        (min(samples), max(samples)), len(samples), note,
    )  # fmt: skip


def percentile(samples: Sequence[float], share: float) -> float:
    """Return the smallest sample that ``share`` (0 to 1) of all do not exceed (nearest rank)."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as text. A bar with × is one of the ratio."""
    head = f"{'figure':34} {'value':>10} {'peer':>8} {'ratio':>6} {'bar':>7}  {'':5}  peer"
    lines = [head, "-" * len(head)]
    for each in figures:
        met = {None: "", True: "met", False: "SHORT"}[each.met]
        bar = f"{each.bar:g}{' ×' if each.peer else ''}" if each.bar is not None else ""
        peer = f"{each.peer_value:.1f}" if each.peer_value is not None else ""
        ratio = f"{each.ratio:.2f}" if each.ratio is not None else ""
        lines.append(
            f"{each.name:34} {each.value:>7.1f} {each.unit:2} {peer:>8} {ratio:>6} {bar:>7}  "
            f"{met:5}  {each.peer}{'  (' + each.note + ')' if each.note else ''}"
        )
    return "\n".join(lines)


def keep(figures: Sequence[Figure], path: Path) -> None:
    """Write the figures as JSON."""
    data = [asdict(each) | {"ratio": each.ratio, "met": each.met} for each in figures]
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
