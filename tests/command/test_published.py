"""`station run` does not start with the sample's own keys, which are public."""

from __future__ import annotations

from pathlib import Path

from .conftest import Station

SAMPLE = Path(__file__).parents[2] / "docs" / "station.example.toml"


def test_a_copied_sample_does_not_start(station: Station, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    for index, name in enumerate(("request-key", "token-key")):
        (keys / name).write_text(f"{index}" * 64)
        (keys / name).chmod(0o600)
    for name in ("platform-ca.pem", "seal-root.pem"):
        (tmp_path / name).write_text("pem")
    text = SAMPLE.read_text(encoding="utf-8")
    text = text.replace('"/var/lib/station"', f'"{tmp_path / "state"}"')
    path = tmp_path / "station.toml"
    path.write_text(
        text.replace('# directory = "/etc/station/keys"', f'directory = "{keys}"'), "utf-8"
    )
    done = station("run", "--config", path)
    assert done.returncode == 78
    assert "SYS-106" in done.stderr
    assert "platform.catalogue_key" in done.stderr
    assert not (tmp_path / "state").exists()
