"""The errors that a malformed PDF can raise. Importing this loads pyHanko."""

from __future__ import annotations

import zlib

from pyhanko.pdf_utils.misc import PdfError

# The exceptions that pyHanko raises, and those of reading a value of a wrong type.
PARSE_ERRORS = (
    PdfError, ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError,
    OSError, RecursionError, TypeError, ValueError, zlib.error,
)  # fmt: skip
