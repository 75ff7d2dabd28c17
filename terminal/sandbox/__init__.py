"""The sandbox: a server with fictional residents in place of the platform; it really signs."""
