"""What each file was made with, kept beside the file: `.snakemake` may be removed, and results may be copied.

Snakemake compares its records of rule, parameters and inputs with the plan, and takes a file without a record for one
that is as planned. Here such a file is made again. A rule whose outputs have a version says by that when they change:
another wording of its command alone makes nothing again.
"""

import os
from pathlib import Path
from typing import Any

from snakemake.persistence import RECORD_FORMAT_VERSION, MetadataRecord
from snakemake.persistence.file import FilePersistence

from kvstudy.plan.table import UNKNOWN


def record(output: str) -> Path:
    """The file in which an output's record is."""
    path = Path(output)
    return path.with_name(f".{path.name}.record")


class Records(FilePersistence):
    """Snakemake's own records, in other places; of a dry run in a folder that one may only read, in none of its own."""

    def __init__(self, *arguments: object, dag: Any, path: Path | None = None, **options: object):
        if dag.workflow.dryrun and not _may_write(Path.cwd() / ".snakemake"):
            path = dag.workflow.snakemake_tmp_dir / "persistence"
        super().__init__(*arguments, dag=dag, path=path, **options)

    def _code_changed(self, job: Any, file: str | None = None) -> bool:
        return not hasattr(job.rule.params, "version") and super()._code_changed(job, file)

    def _record_path(self, subject: str, id: str) -> str:
        return str(record(id)) if subject == self._metadata_path else super()._record_path(subject, id)

    def _read_record(self, key: str) -> MetadataRecord | None:
        found = super()._read_record(key)
        if found and found.record_format_version == RECORD_FORMAT_VERSION:
            return found
        there = Path(key).exists()  # what is not there is made anyway
        return MetadataRecord(params=[UNKNOWN], record_format_version=RECORD_FORMAT_VERSION) if there else None

    def _mark_incomplete(self, key: str, external_jobid: str | None) -> None:
        super()._mark_incomplete(key, external_jobid)
        self._delete_record(key)  # from now on the file may be another, whether or not this mark is lost

    def _delete_record(self, key: str) -> bool:
        there = record(key).exists()
        record(key).unlink(missing_ok=True)  # Snakemake's own way removes folders, too
        return there


def _may_write(folder: Path) -> bool:
    """Whether files of one's own can be made in a folder of Snakemake's, or in one that is yet to be made."""
    if folder.is_dir():
        return all(os.access(each, os.W_OK) for each in (folder, *folder.glob("*/")))
    return os.access(folder.parent, os.W_OK)
