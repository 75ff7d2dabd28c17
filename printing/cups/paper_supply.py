"""The paper supply: sheets used since the last refill, and an estimate of how many are left.

Used by the printer. Maintainers see it in the printer's status, so that they can come before the
paper is out. The estimate is learned from earlier refills; no job's outcome depends on it. The file
holds no personal data.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
from dataclasses import asdict, dataclass, replace
from pathlib import Path

FILLS_KEPT = 5
"""Number of last refills that the estimate uses. Older ones may come from other habits."""
LOW_SHEETS = 25
"""Fewer sheets than this are *low*: about what a busy station uses in a morning."""


@dataclass(frozen=True, slots=True)
class Supply:
    """The stored paper supply.

    ``since_refill`` is the number of sheets used since the last refill; ``None`` until a refill was
    seen. ``fills`` are the sheets of each of the last fills, the newest last. ``out``: the paper is
    out. ``tray_suspect``: staff must check the output tray.
    """

    since_refill: int | None = None
    fills: tuple[int, ...] = ()
    out: bool = False
    tray_suspect: bool = False

    def printed(self, sheets: int) -> Supply:
        """Add printed sheets."""
        if self.since_refill is None:
            return self
        return replace(self, since_refill=self.since_refill + sheets)

    def paper(self, out: bool) -> Supply:
        """Note whether the device reports that paper is out.

        When the paper runs out, the count is the size of the fill. Paper after that is a refill.
        """
        if out == self.out:
            return self
        if not out:
            return replace(self, out=False, since_refill=0)
        if not self.since_refill:
            return replace(self, out=True)
        fills = (*self.fills, self.since_refill)[-FILLS_KEPT:]
        return replace(self, out=True, fills=fills)

    @property
    def left(self) -> int | None:
        """Estimated number of sheets left; ``None`` if it cannot be estimated.

        A tray that was pulled out for a moment looks like a small fill, so the estimate uses the
        median of the last fills. If more sheets were used than any fill held, an unknown number was
        added in between.
        """
        if self.out:
            return 0
        if self.since_refill is None or not self.fills or self.since_refill > max(self.fills):
            return None
        return max(0, round(statistics.median(self.fills)) - self.since_refill)


class SupplyFile:
    """The supply in a file, or in memory only if ``path`` is ``None``.

    If the file cannot be read, the count starts again and the output tray must be checked.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.now = self._load()

    def _load(self) -> Supply:
        if self._path is None:
            return Supply()
        try:
            stored = json.loads(self._path.read_bytes())
            supply = Supply(
                since_refill=stored["since_refill"],
                fills=tuple(stored["fills"]),
                out=stored["out"],
                tray_suspect=stored["tray_suspect"],
            )
        except FileNotFoundError:
            return Supply()
        except (OSError, ValueError, KeyError, TypeError):
            # The file may have said that pages are in the output tray.
            return Supply(tray_suspect=True)
        numbers = (*supply.fills, supply.since_refill or 0)
        flags = (supply.out, supply.tray_suspect)
        sound = all(type(each) is int and each >= 0 for each in numbers)
        sound = sound and all(type(each) is bool for each in flags)
        return supply if sound else Supply(tray_suspect=True)

    def save(self, supply: Supply) -> None:
        """Use the supply and write it to the file. An error of the disk is ignored: it affects
        only the next start."""
        if supply == self.now:
            return
        self.now = supply
        if self._path is None:
            return
        with contextlib.suppress(OSError):
            fresh = self._path.with_suffix(".new")
            with fresh.open("w") as file:
                json.dump(asdict(supply), file)
                file.flush()
                os.fsync(file.fileno())
            fresh.rename(self._path)
