"""Card profiles, one module each. ``devices.cards.registry`` lists them."""
