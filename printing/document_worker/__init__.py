"""The worker process that verifies and renders documents, under limits that the kernel enforces.

`client` starts it and sends it requests, `serving` is its loop, `messages` defines what the two
send each other, and `limits` sets what it may use. The composition root passes the command line to
start it with, because only `ui` has a renderer.
"""
