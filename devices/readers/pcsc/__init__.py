"""PC/SC readers, watched by a supervised loop instead of pyscard's monitor threads.

For stations with contact or contactless readers. Only ``stop`` may block its caller.
"""

from .reader import PcscReader
from .timing import Timing

__all__ = ["PcscReader", "Timing"]
