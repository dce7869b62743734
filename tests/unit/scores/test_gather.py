import json

from kvstudy.contracts.plan import CELLS
from kvstudy.scores import gather


def gathered(folder, monkeypatch) -> dict[str, str]:
    """What the command writes about the experiment routing."""
    out = folder / "scores/routing.json"
    options = {"cells": folder / "cells.parquet", "experiment": "routing", "scores": folder / "scores", "out": out}
    monkeypatch.setattr("sys.argv", ["gather", *(f"--{name}={value}" for name, value in options.items())])
    gather.main()
    return json.loads(out.read_text())


def test_the_file_changes_with_the_scores_of_each_cell_of_the_experiment(tmp_path, monkeypatch):
    names = {"routing.m.none.r000": "routing", "routing.m.p.r500": "routing", "instructions.m.p.r500": "instructions"}
    labels = {"model": "m", "policy": "p", "ratio": 0.5}
    CELLS.write([{"cell": n, "experiment": e, **labels} for n, e in names.items()], tmp_path / "cells.parquet")
    for name in names:
        (tmp_path / "scores" / name).mkdir(parents=True)
        (tmp_path / "scores" / name / "scores.json").write_text("{}")
    before = gathered(tmp_path, monkeypatch)
    assert list(before) == ["routing.m.none.r000", "routing.m.p.r500"]
    (tmp_path / "scores/routing.m.p.r500/scores.json").write_text('{"files": {}}')
    after = gathered(tmp_path, monkeypatch)
    assert before["routing.m.none.r000"] == after["routing.m.none.r000"]
    assert before["routing.m.p.r500"] != after["routing.m.p.r500"]
