"""The terminal's way to the online service platform: wire types, request signer, client."""
