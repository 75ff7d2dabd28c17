"""What a person sees, hears and touches. The only code that imports Qt."""

from .references import hold_bools

hold_bools()
