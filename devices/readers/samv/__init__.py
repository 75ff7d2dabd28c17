"""SAM_V resident ID readers on a serial port (GA 450 desk readers, GA 467 modules).

For stations that read resident ID cards. The module authenticates the card; nothing here could.
"""

from .serial_reader import SamvSerialReader

__all__ = ["SamvSerialReader"]
