"""What tests of a trial make its configuration of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SAMPLE = Path(__file__).parents[1] / "docs" / "station.example.toml"
REST = "# ---- the station itself"
"""The line of the sample from which on a trial keeps it."""
SAMPLE_HASH = "scrypt$14$8$5$LUKzikhkGNiVstibzWNdXg$wQ6f2xx_mqqTxw7a0_uYSWhy_Y1rBokoiLH1zjW6iMI"
OWN_HASH = "scrypt$14$8$5$" + "A" * 22 + "$" + "B" * 43


def sample_rest(state: Path) -> str:
    """The sample's part for the station itself, with a PIN of its own and this state directory."""
    _, mark, rest = SAMPLE.read_text(encoding="utf-8").partition(REST)
    assert mark
    for old, new in ((SAMPLE_HASH, OWN_HASH), ('"/var/lib/station"', f'"{state}"')):
        assert rest.count(old) == 1
        rest = rest.replace(old, new)
    return f"\n{mark}{rest}"


def own_anchor(path: Path, *, organisation: str = "Sample Seal Root", days: float = 30) -> Path:
    """A root of one's own, valid for so many days from now; it signs nothing."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)])
    ends = datetime.now(UTC) + timedelta(days=days)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=60))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return path
