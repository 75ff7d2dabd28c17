"""PC/SC readers: a supervised loop of its own over the service, instead of pyscard's monitors.

For stations with contact or contactless readers. Nothing here blocks the caller but ``stop``.
"""

from .reader import PcscReader
from .timing import Timing

__all__ = ["PcscReader", "Timing"]
