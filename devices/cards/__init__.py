"""Cards: how one is asked, what its fields mean, and which profiles there are.

Each profile is one file, and recognises its card by what the card answers, never by guess.
`registry` tries them in order. Adding one is adding a module with a ``read`` function of the
``Profile`` shape and its name to ``PROFILES`` (see ``docs/cards.md``).
"""
