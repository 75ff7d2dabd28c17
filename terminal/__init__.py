"""The terminal: session, services, platform, journal, staff, operations. Imports no Qt."""
