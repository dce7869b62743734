"""What a run was to make, so that the next one makes what is missing of it.

Snakemake removes the outputs of a job that fails, and does not make them again as long as all that follows from them is
there from an earlier run: it would leave old figures for good ones. So a run writes down beforehand what it will make.
"""

import json
from pathlib import Path

from kvstudy.contracts.files import atomic
from kvstudy.plan.table import Job


class Promises:
    """The outputs that were promised, in a file that is there until all of them are made.

    Parameters
    ----------
    file : pathlib.Path
    """

    def __init__(self, file: Path):
        self.file = file

    def add(self, outputs: list[str]) -> None:
        """Promise some outputs more."""
        with atomic(self.file) as temporary:
            temporary.write_text(json.dumps(sorted({*self.read(), *outputs}), indent=1))

    def add_jobs(self, jobs: list[Job]) -> None:
        """Promise the outputs of some jobs."""
        self.add([output for job in jobs for output in job.output])

    def read(self) -> list[str]:
        """All that is promised."""
        try:
            return json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []

    def broken(self) -> list[str]:
        """What is promised and not there."""
        return [output for output in self.read() if not Path(output).exists()]

    def keep(self) -> None:
        """Forget them: everything was made."""
        self.file.unlink(missing_ok=True)
