"""Card profiles, one file each, recognised by what the card answers."""
