"""What a run was to make, so that the next one makes what is missing of it.

Snakemake removes the outputs of a job that fails, and does not make them again as long as all that follows from them is
there from an earlier run: it would leave old figures for good ones. So a run writes down beforehand what it will make.
"""

import json
from pathlib import Path

from kvstudy.contracts.files import atomic
from kvstudy.plan.table import Job


class Promises:
    """The outputs that were promised, job by job, in a file that is there until all of them are made.

    Parameters
    ----------
    file : pathlib.Path
    """

    def __init__(self, file: Path):
        self.file = file

    def add(self, jobs: list[list[str]]) -> None:
        """Promise the outputs of some jobs more."""
        self.replace([*self.read(), *jobs])

    def replace(self, jobs: list[list[str]]) -> None:
        """Promise the outputs of these jobs, and forget all others."""
        if not jobs:
            return self.keep()
        with atomic(self.file) as temporary:
            temporary.write_text(json.dumps(sorted({tuple(job) for job in jobs}), indent=1))

    def forget(self, outputs: list[str]) -> None:
        """Promise these outputs no longer."""
        self.replace([job for job in self.read() if job != list(outputs)])

    def add_jobs(self, jobs: list[Job]) -> None:
        """Promise the outputs of some jobs."""
        self.add([job.output for job in jobs])

    def read(self) -> list[list[str]]:
        """All that is promised."""
        try:
            return json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []

    def broken(self) -> list[str]:
        """What is promised and not there: one output of each job, which stands for all that the job makes."""
        missing = (next((path for path in job if not Path(path).exists()), None) for job in self.read())
        return sorted({path for path in missing if path is not None})

    def keep(self) -> None:
        """Forget them: everything was made."""
        self.file.unlink(missing_ok=True)
