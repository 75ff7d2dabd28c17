"""A sound card: empties a pipe as fast as a sound card plays, and keeps what it was given.

A process of its own, because a test that computes would slow it down. Usage:
``python -m tests.rig.sound_card PIPE SAMPLES TIMES``. SAMPLES gets the samples; TIMES one line for
each chunk with sound in it: the monotonic time, and the index of its first sample.
"""

from __future__ import annotations

import array
import fcntl
import os
import sys
import time

RATE = 22_050
"""Samples per second of espeak-ng: 16 bits, one channel."""
CHUNK = 441
"""Samples that are played at once: 20 ms."""
PIPE_BYTES = 4096
"""The smallest pipe: what is written and not yet played is lost in a kill."""
LOUD = 100
"""A sample beyond this is sound. espeak-ng's silence is exactly 0."""


def play(pipe: str, samples: str, times: str) -> None:
    """Play until this process is killed."""
    # Open for reading and writing, so that it is not closed when a writer ends.
    source = os.open(pipe, os.O_RDWR)
    fcntl.fcntl(source, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    played, rest = 0, b""
    with open(samples, "wb", buffering=0) as out, open(times, "w", buffering=1) as marks:
        while True:
            data = rest + os.read(source, CHUNK * 2)
            whole = len(data) // 2 * 2
            chunk, rest = array.array("h", data[:whole]), data[whole:]
            if any(abs(each) > LOUD for each in chunk):
                marks.write(f"{time.monotonic()} {played}\n")
            out.write(chunk.tobytes())
            played += len(chunk)
            time.sleep(len(chunk) / RATE)


if __name__ == "__main__":
    play(*sys.argv[1:])
