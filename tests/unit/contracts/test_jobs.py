from kvstudy.contracts.jobs import jobs_path, read_jobs, write_jobs

JOBS = {"b": {"ratio": 0.5, "policy": "Grün"}, "a": {"ratio": 0.0}}


def test_a_file_of_jobs_is_named_by_what_it_holds_and_written_once(tmp_path):
    path = write_jobs(tmp_path, JOBS)
    assert path == jobs_path(tmp_path, dict(reversed(JOBS.items())))
    assert path != jobs_path(tmp_path, {**JOBS, "a": {"ratio": 0.1}})
    before = path.stat().st_mtime_ns
    assert write_jobs(tmp_path, JOBS) == path and path.stat().st_mtime_ns == before
    assert list(tmp_path.iterdir()) == [path]


def test_jobs_come_in_the_order_they_are_asked_for(tmp_path):
    assert read_jobs(write_jobs(tmp_path, JOBS), ["b", "a"]) == [JOBS["b"], JOBS["a"]]
