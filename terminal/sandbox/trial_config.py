"""The part of a station's configuration for this sandbox, ready to paste.

Used in the server's ready line. It makes the terminal a trial installation
(``terminal.config.trial``).
"""

from __future__ import annotations

import base64
import json

from .state import State

STATION_ID = "TRIAL-0001"
REGION = "100101"
"""Not assigned in GB/T 2260."""
_TEXT = """\
# A trial on this sandbox: put this at the top of the configuration, in place of the sections of
# the same names. Start the sandbox with the same --state and --port each time.
trial = true

[station]
id = {id}
name = "24小时政务便民服务站"
place = "试用"
region = {region}
operator = "试用"
telephone = "12345"

[platform]
address = {address}
ca_file = {ca_file}
app_id = {app_id}
catalogue_key = {catalogue_key}
handler = "试用平台"

[seal]
anchors = [{anchor}]

[keys]
directory = {keys}
"""


def fragment(state: State) -> str:
    """Return the part of the configuration as TOML; its paths are absolute."""
    values = {
        "id": STATION_ID,
        "region": REGION,
        "address": state.address,
        "ca_file": str(state.authority.tls_anchor.absolute()),
        "app_id": state.app_id,
        "catalogue_key": base64.b64encode(state.catalogue_key).decode("ascii"),
        "anchor": str(state.authority.anchor.absolute()),
        "keys": str(state.terminal_keys.absolute()),
    }
    return _TEXT.format_map({name: _quoted(value) for name, value in values.items()})


def _quoted(text: str) -> str:
    """Return a TOML basic string; it allows all escapes of JSON (TOML 1.0, String)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
