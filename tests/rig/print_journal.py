"""A print journal in a file, for tests: one JSON line for each entry, written durably."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage


class FileJournal:
    """A ``JobJournal`` in a file. ``on_record`` is called when an entry is on disk."""

    def __init__(self, path: Path, on_record: Callable[[JobRecord], None] | None = None) -> None:
        self._path = path
        self._on_record = on_record

    def record(self, job: JobRecord) -> None:
        """Append an entry and sync the file."""
        with self._path.open("a") as file:
            file.write(json.dumps(asdict(job)) + "\n")
            file.flush()
            os.fsync(file.fileno())
        if self._on_record is not None:
            self._on_record(job)

    def all(self) -> dict[str, JobRecord]:
        """Return the last entry of each job, in the order in which the jobs began. An incomplete
        last line is ignored."""
        jobs: dict[str, JobRecord] = {}
        for line in self._path.read_text().splitlines() if self._path.exists() else []:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            typed = {
                "stage": JobStage(entry["stage"]),
                "outcome": Outcome(entry["outcome"]) if entry["outcome"] else None,
                "evidence": Evidence(entry["evidence"]) if entry["evidence"] else None,
            }
            jobs[entry["job"]] = JobRecord(**{**entry, **typed})
        return jobs

    def history(self, job: str) -> list[JobStage]:
        """Return every stage that was written for a job, in order."""
        lines = [json.loads(line) for line in self._path.read_text().splitlines()]
        return [JobStage(line["stage"]) for line in lines if line["job"] == job]

    def open_jobs(self) -> tuple[JobRecord, ...]:
        """Return the last entries of jobs that are not closed."""
        return tuple(each for each in self.all().values() if each.stage is not JobStage.CLOSED)

    def knows(self, job: str) -> bool:
        """Whether the journal has an entry for this job."""
        return job in self.all()
