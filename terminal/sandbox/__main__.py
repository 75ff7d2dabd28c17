"""``python -m terminal.sandbox``: runs the sandbox as a process of its own."""

import sys

from .server import main

sys.exit(main())
