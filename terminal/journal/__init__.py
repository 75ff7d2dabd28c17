"""The journal: what must survive a power cut, its file, and its clock."""
