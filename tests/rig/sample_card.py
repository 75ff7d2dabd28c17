"""Present a sample social security card to the virtual reader (vpcd), for trials by hand.

`deploy/trial/card NAME` runs it. The cards belong to the sandbox's residents.
"""

from __future__ import annotations

import argparse
import sys

from .pcscd import READERS, VPCD_PORTS
from .people import PEOPLE, social_security_card
from .vcard import VirtualSlot


def main() -> int:
    """Present the card until Enter, Ctrl-C or the end of the input."""
    parser = argparse.ArgumentParser(prog="deploy/trial/card", description=__doc__)
    parser.add_argument(
        "name",
        nargs="?",
        choices=PEOPLE,
        metavar="NAME",
        help="the card to present (default: list the cards)",
    )
    name: str | None = parser.parse_args().name
    if name is None:
        for key, person in PEOPLE.items():
            print(f"{key:10} {person.name}, social security card {person.card_version}")
        return 0
    slot = VirtualSlot(VPCD_PORTS[0], READERS[0])
    try:
        slot.present(social_security_card(name))
    except ConnectionRefusedError:
        print("no virtual reader: is pcscd running, with vsmartcard-vpcd?", file=sys.stderr)
        return 1
    print(f"The card of {PEOPLE[name].name} is presented. Enter removes it.", flush=True)
    try:
        sys.stdin.readline()
    except KeyboardInterrupt:
        print()
    slot.remove()
    print("The card is removed.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
