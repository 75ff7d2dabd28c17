"""A separate system bus and avahi, because ippeveprinter does not start without them."""

from __future__ import annotations

from pathlib import Path

from .processes import START_S, Daemon, wait_until


class SystemBus:
    """``dbus-daemon --system`` and ``avahi-daemon`` in the rig's private /run."""

    def __init__(self, folder: Path) -> None:
        self._bus = Daemon(["dbus-daemon", "--system", "--nofork", "--nopidfile"], folder / "dbus")
        self._avahi = Daemon(
            ["avahi-daemon", "--no-drop-root", "--no-chroot", "--no-rlimits", "--no-proc-title"],
            folder / "avahi",
        )

    def start(self) -> None:
        """Start both; wait until the bus has its socket and avahi has logged that it is ready."""
        Path("/run/dbus").mkdir(exist_ok=True)
        Path("/run/avahi-daemon").mkdir(exist_ok=True)
        self._bus.start()
        wait_until(Path("/run/dbus/system_bus_socket").is_socket, START_S, "system bus")
        self._avahi.start()
        wait_until(lambda: "Server startup complete" in self._avahi.log(), START_S, "avahi-daemon")

    def stop(self) -> None:
        """Stop both."""
        self._avahi.stop()
        self._bus.stop()
        Path("/run/dbus/system_bus_socket").unlink(missing_ok=True)
        Path("/run/avahi-daemon/pid").unlink(missing_ok=True)
