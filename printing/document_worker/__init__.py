"""The worker process that verifies and renders documents, under limits that the kernel enforces.

`client` runs it from the terminal, `serving` is its loop, `messages` what the two send each other,
`limits` what it may use. The process is started with a command line that the composition root hands
down: only `ui` has a renderer.
"""
