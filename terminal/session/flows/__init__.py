"""The ways from one state to the next: by flow, and together as `Go`, which handlers are given.

A file in `states/` never imports another state that may lead back to it; it goes there by `Go`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .certificate import CertificateFlow
from .staff import StaffFlow


@dataclass(frozen=True)
class Go(CertificateFlow, StaffFlow):
    """Every way to another state, at the moment ``now`` (monotonic s)."""
