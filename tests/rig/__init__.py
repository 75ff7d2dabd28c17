"""The rig: real services (pcscd, cupsd, …) on one machine, and emulators of the hardware.

The emulators send literal bytes from the reference tables and import nothing from ``devices``.
"""
