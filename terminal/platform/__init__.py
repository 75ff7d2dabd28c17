"""The terminal's connection to the online service platform: wire types, signer, client."""
