"""`deploy/trial/count-pages`: keeps each document under a name of its own and reports its pages."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

pytestmark = pytest.mark.process


COUNT_PAGES = Path(__file__).parents[2] / "deploy" / "trial" / "count-pages"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    out = BytesIO()
    canvas = Canvas(out)
    for _ in range(2):
        canvas.drawString(100, 100, "page")
        canvas.showPage()
    canvas.save()
    path = tmp_path / "document.pdf"
    path.write_bytes(out.getvalue())
    return path


def counted(document: Path, papers: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COUNT_PAGES, document],
        env={"PATH": "/usr/bin:/bin", "STATION_TRIAL_PAPERS": str(papers)},
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip


def test_each_document_is_kept_and_its_pages_are_reported(tmp_path: Path, document: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    for number in (1, 2):
        done = counted(document, papers)
        assert done.returncode == 0
        assert done.stderr == "ATTR: job-impressions=2\nATTR: job-impressions-completed=2\n"
        assert (papers / f"paper-{number}.pdf").read_bytes() == document.read_bytes()


def test_a_folder_that_is_gone_fails_the_job_and_reports_no_page(
    tmp_path: Path, document: Path
) -> None:
    done = counted(document, tmp_path / "gone")
    assert done.returncode != 0
    assert "ATTR" not in done.stderr
