"""Cards: the channel to a card, the fields of cards, and the card profiles.

Each profile is one module, which recognises its kind of card by its answers. ``registry`` tries the
profiles in order. To add one, add a module with a ``read`` function of type ``Profile`` and
register it (see ``docs/cards.md``).
"""
