"""The parts that pages are made of; each paints itself and can say what it painted."""
