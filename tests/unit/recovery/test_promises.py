"""What a run was to make is known until it is made."""

from kvstudy.plan.table import Job
from kvstudy.recovery.promises import Promises


def job(*output):
    return Job(rule="cell", reason="", output=list(map(str, output)))


def test_what_is_not_there_is_broken_until_all_is_made(tmp_path):
    promises = Promises(tmp_path / "promised.json")
    assert promises.broken() == []
    made, missing = tmp_path / "made", tmp_path / "missing"
    made.touch()
    promises.add_jobs([job(made), job(missing)])
    promises.add([[str(made)]])
    assert Promises(promises.file).broken() == [str(missing)]
    promises.add_jobs([job(made, missing, tmp_path / "another of the same job")])
    assert promises.broken() == [str(missing)]
    (tmp_path / "another of the same job").touch()
    missing.touch()
    assert promises.broken() == []
    promises.replace([[str(missing)]])
    assert promises.read() == [[str(missing)]]
    promises.replace([])
    assert promises.read() == [] and not promises.file.exists()


def test_a_file_that_cannot_be_read_promises_nothing(tmp_path):
    (tmp_path / "promised.json").write_text('["half')
    assert Promises(tmp_path / "promised.json").broken() == []
