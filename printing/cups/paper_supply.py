"""Sheets since the last refill, and how many may be left: counted here, learned from refills.

Serves the printer and, through its status, maintainers, who should come before paper is out. It is
an estimate for people; no job's outcome rests on it. What it keeps on disk holds no personal data.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
from dataclasses import asdict, dataclass, replace
from pathlib import Path

FILLS_KEPT = 5
"""The last refills that the estimate is learned from: old ones tell of other habits."""
LOW_SHEETS = 25
"""Fewer than these are *low*: about a morning at a busy station."""


@dataclass(frozen=True, slots=True)
class Supply:
    """``since_refill`` counts sheets; ``None`` until a refill was seen. ``fills``: what each of the
    last fills held, the newest last. ``tray_suspect``: staff must look into the output tray."""

    since_refill: int | None = None
    fills: tuple[int, ...] = ()
    out: bool = False
    tray_suspect: bool = False

    def printed(self, sheets: int) -> Supply:
        """So many sheets more came out."""
        if self.since_refill is None:
            return self
        return replace(self, since_refill=self.since_refill + sheets)

    def paper(self, out: bool) -> Supply:
        """The device says whether paper is out. Running out tells what the fill held; paper after
        being out is a refill."""
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
        """Sheets that may be left; ``None`` while there is nothing to go by. A tray pulled out
        for a moment looks like a small fill, so the middle of the last fills is taken. More sheets
        than any fill held: somebody has added paper, and how much is not known."""
        if self.out:
            return 0
        if self.since_refill is None or not self.fills or self.since_refill > max(self.fills):
            return None
        return max(0, round(statistics.median(self.fills)) - self.since_refill)


class SupplyFile:
    """The supply on disk, or in memory only (``None``). An unreadable file is a fresh start."""

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
            # What stood there is not known, so neither is what lies in the tray.
            return Supply(tray_suspect=True)
        numbers = (*supply.fills, supply.since_refill or 0)
        flags = (supply.out, supply.tray_suspect)
        sound = all(type(each) is int and each >= 0 for each in numbers)
        sound = sound and all(type(each) is bool for each in flags)
        return supply if sound else Supply(tray_suspect=True)

    def keep(self, supply: Supply) -> None:
        """Believe it, and write it down. A disk that refuses costs the estimate only."""
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
