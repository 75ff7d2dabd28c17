"""What the terminal does: session, services, platform, journal, staff, operations. No Qt."""
