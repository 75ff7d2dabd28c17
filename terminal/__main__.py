"""Runs the command `station` as `python -m terminal`."""

import sys

from .cli import main

sys.exit(main())
