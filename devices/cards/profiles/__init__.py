"""Card profiles, one file each. `devices.cards.registry` lists them."""
