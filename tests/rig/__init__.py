"""The real stacks on one machine, and the emulators behind them.

Emulated bytes are literals from the reference tables; nothing here imports `devices`.
"""
