"""SAM_V resident ID readers on a serial port (GA 450 desk readers, GA 467 modules).

For stations that read resident ID cards. Only the module can authenticate a card; this package
has no key for that.
"""

from .serial_reader import SamvSerialReader

__all__ = ["SamvSerialReader"]
