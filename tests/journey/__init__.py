"""Whole journeys on the real stacks: cards through pcscd and a pty, paper through cupsd."""
