"""The platform's stand-in: a real server with fictional residents that really signs."""
