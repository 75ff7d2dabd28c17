"""The station's configuration, the keys and anchors it names, and its errors."""
