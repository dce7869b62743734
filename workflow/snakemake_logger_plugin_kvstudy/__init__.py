"""A Snakemake logger that writes the jobs of a dry run as JSON, for `kvstudy.plan.table`.

`snakemake --dry-run --logger kvstudy --logger-kvstudy-jobs FILE`; Snakemake finds it by its name on the Python path.
"""

import json
from dataclasses import dataclass, field
from logging import LogRecord
from pathlib import Path
from typing import Optional

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.settings import LogHandlerSettingsBase


@dataclass
class LogHandlerSettings(LogHandlerSettingsBase):
    """Command-line settings."""

    jobs: Optional[Path] = field(  # noqa: UP045 (Snakemake reads the annotation and knows this form only)
        default=None, metadata={"help": "File for the jobs, as JSON.", "required": True}
    )


class LogHandler(LogHandlerBase):
    """Collect every job that would run, with its rule, wildcards, reason, output files and log."""

    def __post_init__(self) -> None:
        """Start with no jobs."""
        self.jobs: list[dict] = []

    def emit(self, record: LogRecord) -> None:
        """Keep what a job announces about itself."""
        if getattr(record, "event", None) == LogEvent.JOB_INFO:
            job = {"rule": record.rule_name, "wildcards": dict(record.wildcards), "reason": record.reason}
            files = {kind: [str(path) for path in getattr(record, kind)] for kind in ("output", "log")}
            self.jobs.append({**job, **files})

    def close(self) -> None:
        """Write the file."""
        Path(self.settings.jobs).write_text(json.dumps(self.jobs), encoding="utf-8")
        super().close()

    writes_to_stream = False
    writes_to_file = False  # not a log that Snakemake would name to the user
    has_filter = True
    has_formatter = True
    needs_rulegraph = False
