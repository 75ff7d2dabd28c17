"""The codec and the client compared with ipptool, on the same real printer."""

from __future__ import annotations

import plistlib
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from devices.health import DeviceStatus
from printing.ipp.client import IppClient, IppFailure, Operation, Reason
from printing.ipp.codec import Attribute, Collection, Group, IntRange, Localized, Tag, Value
from printing.ipp.status import printer_status
from printing.printer import PaperState
from tests.rig.ippeveprinter import IppEvePrinter
from tests.rig.print_fixtures import PrintRig, PrintStack, free_port

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("cups"), pytest.mark.timeout(60)]

EVERYTHING = """{
  NAME "everything"
  OPERATION Get-Printer-Attributes
  GROUP operation-attributes-tag
  ATTR charset attributes-charset utf-8
  ATTR naturalLanguage attributes-natural-language en
  ATTR uri printer-uri $uri
  ATTR keyword requested-attributes all,media-col-database
  STATUS successful-ok
  DISPLAY all
}
"""


def by_ipptool(rig: PrintRig, folder: Path) -> dict[str, object]:
    test = folder / "everything.test"
    test.write_text(EVERYTHING)
    ran = subprocess.run(
        ["ipptool", "-X", rig.device_uri, str(test)], capture_output=True, check=True
    )
    results = plistlib.loads(ran.stdout)
    (groups,) = [test["ResponseAttributes"] for test in results["Tests"]]
    merged: dict[str, object] = {}
    for group in groups[1:]:
        merged.update(group)
    return merged


class Everything(IppClient):
    """A client that requests all attributes."""

    def everything(self) -> Group:
        wanted = tuple(Value(Tag.KEYWORD, word) for word in ("all", "media-col-database"))
        answer = self._ask(
            Operation.GET_PRINTER_ATTRIBUTES, Attribute("requested-attributes", wanted)
        )
        assert not isinstance(answer, IppFailure)
        (group,) = answer.all(Tag.PRINTER)
        return group


def plain(value: Value) -> object:
    match value.datum:
        case Collection(members):
            return {member.name: as_plist(member) for member in members}
        case IntRange(lower, upper):
            return {"lower": lower, "upper": upper}
        case Localized(_, text):
            return text
        case other:
            return other


def as_plist(attribute: Attribute) -> object:
    values = [plain(value) for value in attribute.values]
    return values[0] if len(values) == 1 else values


def test_every_attribute_of_a_real_answer_equals_ipptools(
    print_rig: PrintRig, tmp_path: Path
) -> None:
    expected = by_ipptool(print_rig, tmp_path)
    client = Everything(print_rig.device_uri)
    mine = client.everything()
    client.close()
    assert {each.name for each in mine.attributes} == set(expected)
    assert len(mine.attributes) > 100
    compared = 0
    for attribute in mine.attributes:
        kinds = {value.tag for value in attribute.values}
        comparable = {Tag.INTEGER, Tag.BOOLEAN, Tag.KEYWORD, Tag.URI, Tag.NAME, Tag.TEXT,
                      Tag.MIME_TYPE, Tag.CHARSET, Tag.LANGUAGE, Tag.RANGE}  # fmt: skip
        if kinds <= comparable and not attribute.name.endswith(("-time", "-up-time")):
            compared += 1
            assert as_plist(attribute) == expected[attribute.name], attribute.name
    assert compared > 60


def test_supplies_set_on_the_printers_web_page_are_reported(print_rig: PrintRig) -> None:
    import requests

    client = IppClient(print_rig.device_uri)
    answer = client.printer_attributes()
    assert isinstance(answer, Group)
    status = printer_status(answer)
    assert (status.status, status.paper) == (DeviceStatus.ONLINE, PaperState.FULL)
    web = f"http://localhost:{print_rig.device.port}"
    requests.get(f"{web}/supplies?supply0=0&supply1=2&supply2=90", timeout=5).close()
    answer = client.printer_attributes()
    assert isinstance(answer, Group)
    low = printer_status(answer)
    client.close()
    assert low.toner is not status.toner
    assert low.reasons != ()


def make_certificate(folder: Path) -> Path:
    """Create a self-signed certificate for ``localhost`` at the path that ippeveprinter reads."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "localhost.crt").write_bytes(pem)
    (folder / "localhost.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return folder / "localhost.crt"


def test_device_over_tls_is_trusted_only_with_its_anchor(
    print_stack: PrintStack, tmp_path: Path
) -> None:
    anchor = make_certificate(tmp_path)
    device = IppEvePrinter(print_stack.folder / "tls", free_port(), keys=tmp_path)
    device.start()
    try:
        uri = device.device_uri.replace("ipp:", "ipps:")
        stranger = IppClient(uri).printer_attributes()
        assert isinstance(stranger, IppFailure)
        assert stranger.reason is Reason.TLS
        known = IppClient(uri, ca_file=str(anchor))
        assert isinstance(known.printer_attributes(), Group)
        known.close()
    finally:
        device.stop()
