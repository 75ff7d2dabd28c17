"""Measures typesetting, sealing and verifying a certificate, each against its bar.

Run as ``python -m benchmarks.documents [--json]``. Warm figures are the median of many runs. The
figure of the first certificate is measured in fresh processes and includes imports and fonts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, median, table
from printing.document_worker.pictures import Picture

if TYPE_CHECKING:
    from printing.document_worker.client import DocumentWorker
    from printing.documents.certificates.insurance import InsuranceCertificate
    from printing.seal.verify import Expectation
    from terminal.sandbox.signing import DemoAuthority

RUNS = 60
SEALS = 20
SLOW_PEER_RUNS = 8
"""Number of runs beside peers that take a second each."""
FRESH_PROCESSES = 5
ROWS = 24
PREVIEW_PX = (800, 1131)
"""Approximate size of the first page's picture on the 21.5" portrait screen."""


def sample(rows: int = ROWS) -> InsuranceCertificate:
    """Return a certificate with ``rows`` months, about a fictional resident."""
    from printing.documents import Insurance, Issue, Month
    from printing.documents.certificates.insurance import (
        Contribution,
        ContributionMonth,
        InsuranceCertificate,
        InsuranceState,
    )

    code = "7KQ2M9XD4T8BA5ND"
    issue = Issue(
        document_number="SB202611210000123",
        verification_code=code,
        verify_url=f"https://verify.example.gov.cn/d/{code}",
        issued_on=date(2026, 11, 21),
        authority="示范市社会保险事业管理局",
        station="示范便民服务站 01 号终端",
        valid_until=date(2027, 2, 20),
    )
    months = []
    for number in range(rows):
        index = 2024 * 12 + 10 + number
        base = Decimal(5869) + number * 13
        months.append(
            ContributionMonth(
                Month(index // 12, index % 12 + 1),
                Contribution(base, base * Decimal("0.08")),
                Contribution(base + 100, (base + 100) * Decimal("0.02")),
                Contribution(base + 200, (base + 200) * Decimal("0.005")),
                "正常缴费",
                "示范市清泉科技有限公司",
            )
        )
    states = [InsuranceState(insurance, "参保缴费") for insurance in Insurance]
    return InsuranceCertificate(issue, "王建明", "100101195803120216", "男", states, 86, months)


def _in_turn(
    ours: Callable[[], object], theirs: Callable[[], object]
) -> tuple[list[float], list[float]]:
    """Return the milliseconds of both. They run in turn, so that other load on the machine
    affects both."""
    pairs = [(_times_ms(ours, 1), _times_ms(theirs, 1)) for _ in range(RUNS)]
    return [ours[0] for ours, _ in pairs], [theirs[0] for _, theirs in pairs]


def _times_ms(act: Callable[[], object], runs: int = RUNS) -> list[float]:
    act()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return times


_FRESH = """
import time
from benchmarks.documents import sample
document = sample()
began = time.perf_counter()
from printing.documents import render
pdf = render(document, sample=False)
assert isinstance(pdf, bytes)
print((time.perf_counter() - began) * 1000)
"""


def _first_ms() -> list[float]:
    """Time the first certificate of a process, which also loads ReportLab and the fonts."""
    command = [sys.executable, "-c", _FRESH]
    return [
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(FRESH_PROCESSES)
    ]


def _beside_peers(document: InsuranceCertificate, folder: Path) -> list[Figure]:
    """Time the typesetting of one certificate: alone, then in turn with each installed peer."""
    from benchmarks.documents_peers import peers
    from printing.documents import render

    def ours() -> None:
        render(document, sample=False)

    figures = [median(f"certificate set, {ROWS} rows", _times_ms(ours), "ms")]
    for name, theirs in peers(document, folder).items():
        theirs()  # warms up fonts and caches
        their_times: list[float] = []
        our_times: list[float] = []
        runs = RUNS if name == "Typst" else SLOW_PEER_RUNS
        for _ in range(runs):
            our_times += _times_ms(ours, 1)
            began = time.perf_counter()
            theirs()
            their_times.append((time.perf_counter() - began) * 1000)
        figures.append(
            median(
                f"certificate set beside {name}",
                our_times,
                "ms",
                bar=0.6,
                peer=f"{name}, warm",
                peer_samples=their_times,
            )
        )
    return figures


@dataclass(frozen=True)
class Case:
    """A sample certificate and its seal."""

    document: InsuranceCertificate
    authority: DemoAuthority
    anchors: list[bytes]
    pdf: bytes
    sealed: bytes
    expect: Expectation

    @classmethod
    def made(cls, folder: Path) -> Case:
        """Typeset and seal a sample; the authority's keys are kept in ``folder``."""
        from printing.documents import render
        from printing.seal import verify as seal
        from terminal.sandbox.signing import DemoAuthority

        document = sample()
        pdf = render(document, sample=False)
        assert isinstance(pdf, bytes), pdf
        authority = DemoAuthority.create(folder)
        sealed = authority.sign(pdf, verification_code=document.issue.verification_code)
        expect = seal.Expectation(document.TYPE, document.name, document.id_number)
        return cls(document, authority, [authority.anchor.read_bytes()], pdf, sealed, expect)

    def set_again(self) -> None:
        """Typeset the certificate."""
        from printing.documents import render

        render(self.document, sample=False)

    def seal_again(self) -> None:
        """Seal it, as the sandbox does."""
        self.authority.sign(self.pdf, verification_code=self.document.issue.verification_code)

    def verify(self) -> None:
        """Verify the seal in this process."""
        from printing.seal import verify as seal

        report = seal.verify(
            self.sealed, anchors=self.anchors, at=datetime.now(UTC), expect=self.expect
        )
        assert isinstance(report, seal.SealReport), report

    def verify_signature_alone(self) -> None:
        """Let pyHanko check only the signature and its certificate, with OpenSSL."""
        from pyhanko.keys import load_certs_from_pemder_data
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import validate_pdf_signature
        from pyhanko_certvalidator import ValidationContext

        roots = list(load_certs_from_pemder_data(self.anchors[0]))
        signature = PdfFileReader(BytesIO(self.sealed)).embedded_signatures[0]
        context = ValidationContext(trust_roots=roots, allow_fetching=False)
        assert validate_pdf_signature(signature, context).bottom_line

    def check_in(self, worker: DocumentWorker) -> None:
        """Check it in the document process and draw its first page, as the terminal does."""
        from printing.document_worker.client import Verified

        found = worker.check(
            self.sealed, anchors=self.anchors, at=datetime.now(UTC), expect=self.expect,
            first_page_follows=True,
        )  # fmt: skip
        assert isinstance(found, Verified), found
        drawn: Future[object] = Future()
        found.pages.ask(0, *PREVIEW_PX, drawn.set_result)
        assert isinstance(drawn.result(), Picture), drawn.result()
        found.pages.close()

    def check_here(self) -> None:
        """Do the same in this process."""
        from printing.seal.preview import preview_copy
        from ui.documents.rasteriser import Rasteriser

        self.verify()
        opened = Rasteriser.opened(preview_copy(self.sealed))
        assert opened is not None
        assert opened.draw(0, *PREVIEW_PX) is not None
        opened.close()


def _in_its_process(case: Case) -> list[Figure]:
    """Time checking and drawing in the document process; the peer does the same in this process."""
    from printing.document_worker.client import DocumentWorker
    from ui.documents.process import COMMAND

    ready, first = [], []
    for _ in range(FRESH_PROCESSES):
        worker = DocumentWorker(COMMAND)
        began = time.perf_counter()
        assert worker.wait_until_ready()
        ready.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        case.check_in(worker)
        first.append((time.perf_counter() - began) * 1000)
        worker.close()
    worker = DocumentWorker(COMMAND)
    steady, here = _in_turn(lambda: case.check_in(worker), case.check_here)
    worker.close()
    return [
        median("document process ready", ready, "ms", note="started after the first paint"),
        median("first document in its process", first, "ms", note="checked, first page drawn"),
        median(
            "document in its process", steady, "ms",
            peer="the same in one process", peer_samples=here,
        ),
    ]  # fmt: skip


def parts_ms() -> float:
    """Return the milliseconds to typeset, seal, check and draw a sample, each done alone and
    warm."""
    from printing.document_worker.client import DocumentWorker
    from ui.documents.process import COMMAND

    with tempfile.TemporaryDirectory() as folder:
        case = Case.made(Path(folder))
        worker = DocumentWorker(COMMAND)
        parts = (case.set_again, case.seal_again, lambda: case.check_in(worker))
        total = sum(statistics.median(_times_ms(part, SEALS)) for part in parts)
        worker.close()
        return total


def measure() -> list[Figure]:
    """Return all figures of documents and seals."""
    with tempfile.TemporaryDirectory() as folder:
        case = Case.made(Path(folder))
        verified, alone = _in_turn(case.verify, case.verify_signature_alone)
        # The peers come last, because the modules they load slow down every later garbage
        # collection.
        return [
            median("first certificate", _first_ms(), "ms", bar=150, note="a fresh process"),
            Figure("certificate's size", len(case.pdf) / 1000, "kB", bar=45),
            median(
                "seal verified", verified, "ms", bar=2.0,
                peer="pyHanko and OpenSSL, signature alone", peer_samples=alone,
            ),
            *_in_its_process(case),
            median("seal made", _times_ms(case.seal_again, SEALS), "ms", note="sandbox"),
            *_beside_peers(case.document, Path(folder)),
        ]  # fmt: skip


def main() -> int:
    """Print the figures; the exit code is 1 if one misses its bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    figures = measure()
    if options.json:
        print(json.dumps({each.name: asdict(each) for each in figures}, ensure_ascii=False))
    else:
        print(table(figures))
    return int(any(each.met is False for each in figures))


if __name__ == "__main__":
    sys.exit(main())
