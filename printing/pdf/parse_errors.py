"""The errors that a malformed PDF can raise. Importing this loads pyHanko."""

from __future__ import annotations

import zlib

from pyhanko.pdf_utils.misc import PdfError

# The exceptions of pyHanko, and those of reading a value that has the wrong type.
PARSE_ERRORS = (
    PdfError, ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError,
    OSError, RecursionError, TypeError, ValueError, zlib.error,
)  # fmt: skip
