"""A print journal on a file, for tests: one JSON line an entry, synced before it returns."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from printing.printer import JobRecord, JobStage


class FileJournal:
    """``JobJournal`` on a file; ``on_record`` is called after each entry is durable."""

    def __init__(self, path: Path, on_record: Callable[[JobRecord], None] | None = None) -> None:
        self._path = path
        self._on_record = on_record

    def record(self, job: JobRecord) -> None:
        """Append and sync."""
        with self._path.open("a") as file:
            file.write(json.dumps(asdict(job)) + "\n")
            file.flush()
            os.fsync(file.fileno())
        if self._on_record is not None:
            self._on_record(job)

    def all(self) -> dict[str, JobRecord]:
        """The last entry of each job, in order of their first; a torn last line is ignored."""
        jobs: dict[str, JobRecord] = {}
        for line in self._path.read_text().splitlines() if self._path.exists() else []:
            try:
                told = json.loads(line)
            except ValueError:
                continue
            jobs[told["job"]] = JobRecord(**{**told, "stage": JobStage(told["stage"])})
        return jobs

    def history(self, job: str) -> list[JobStage]:
        """Every stage that was written for a job, in order."""
        lines = [json.loads(line) for line in self._path.read_text().splitlines()]
        return [JobStage(line["stage"]) for line in lines if line["job"] == job]

    def open_jobs(self) -> tuple[JobRecord, ...]:
        """Those not closed."""
        return tuple(each for each in self.all().values() if each.stage is not JobStage.CLOSED)

    def knows(self, job: str) -> bool:
        """Whether it stands here."""
        return job in self.all()
