"""`python -m terminal` is the command `station`."""

import sys

from terminal.cli import main

sys.exit(main())
