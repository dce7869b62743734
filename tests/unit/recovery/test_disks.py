"""Disks that are full or gone are said in a line."""

from pathlib import Path

import pytest

from kvstudy.recovery import runs
from kvstudy.study import refuse_unwritable


def test_a_full_folder_for_temporary_files(monkeypatch):
    monkeypatch.setattr(runs, "quietly", lambda arguments: Path(arguments[4]).touch())  # nothing fits into the file
    with pytest.raises(SystemExit, match="Is the disk full"):
        runs.Run("a.yaml").dry_run()


def test_a_link_to_what_is_gone_and_a_file_for_a_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("results").symlink_to("/nowhere/gone")
    Path("reports").touch()
    Path("logs").mkdir()
    with pytest.raises(SystemExit) as end:
        refuse_unwritable(["results", "reports", "logs", ".snakemake/iocache"])
    assert end.value.code == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == "results: is a link to a folder that is not there: /nowhere/gone"
    assert second == "reports: cannot be written to"
