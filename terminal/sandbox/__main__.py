"""``python -m terminal.sandbox``: the platform's stand-in as a process of its own."""

import sys

from .server import main

sys.exit(main())
