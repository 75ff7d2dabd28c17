"""The transitions between states, by flow. `Go` joins them, and is given to the handlers.

A file in `states/` must not import a state that can lead back to it: it uses `Go` instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from .certificate import CertificateFlow
from .staff import StaffFlow


@dataclass(frozen=True)
class Go(CertificateFlow, StaffFlow):
    """All transitions to another state, at the time ``now`` (monotonic s)."""
