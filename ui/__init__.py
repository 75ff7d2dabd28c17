"""What a person sees, hears and touches. The only code that imports Qt."""
