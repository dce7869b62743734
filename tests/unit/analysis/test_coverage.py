from kvstudy.analysis.analysis import Results
from kvstudy.analysis.coverage import ANALYSIS, coverage
from kvstudy.contracts.analysis import COVERAGE
from kvstudy.contracts.facts import STATE
from kvstudy.contracts.given_up import GivenUp
from kvstudy.contracts.plan import CELLS
from tests.facts import write_facts


def state(cell: str, context: int, regime: str, name: str, reason: str = "") -> dict:
    return {
        "cell": cell,
        "dataset": "base",
        "regime": regime,
        "compress": "context",
        "context_id": f"base-{context:04d}",
        "state": name,
        "reason": reason,
        "context_tokens": 20,
        "region_start": 0,
        "region_end": 20,
        "achieved_ratio": 0.5 if name == "ok" else 0.0,
    }


def test_states_are_counted_by_reason(tmp_path):
    name = "routing.m.snapkv.r500"
    cell = {"cell": name, "experiment": "routing", "model": "m", "policy": "snapkv", "ratio": 0.5}
    CELLS.write([cell], tmp_path / "cells.parquet")
    states = [
        *(state(name, i, "agnostic", "ok") for i in range(3)),
        state(name, 3, "agnostic", "unsupported", "AssertionError: window"),
        state(name, 4, "agnostic", "unsupported", "AssertionError: window"),
        state(name, 5, "agnostic", "unsupported", "ValueError: short"),
        *(state(name, i, "aware", "out_of_memory", "CUDA out of memory") for i in range(6)),
    ]
    write_facts(tmp_path / "cells" / name, (STATE, states))
    ANALYSIS.write(Results(tmp_path, tmp_path, {}), tmp_path / "coverage.parquet")
    found = COVERAGE.read(tmp_path / "coverage.parquet")
    assert found[["regime", "state", "reason", "contexts"]].to_numpy().tolist() == [
        ["agnostic", "ok", "", 3],
        ["agnostic", "unsupported", "AssertionError: window", 2],
        ["agnostic", "unsupported", "ValueError: short", 1],
        ["aware", "out_of_memory", "CUDA out of memory", 6],
    ]
    assert set(found["policy"]) == {"snapkv"} and set(found["ratio"]) == {0.5}


def test_answers_that_could_not_be_scored_or_probed_are_no_longer_ok(tmp_path):
    names = [f"routing.m.{policy}.r500" for policy in ("knorm", "snapkv", "tova")]
    cells = [{"cell": n, "experiment": "routing", "model": "m", "policy": n.split(".")[2], "ratio": 0.5} for n in names]
    for name in names:
        states = [state(name, 0, "agnostic", "ok"), state(name, 1, "agnostic", "unsupported", "short")]
        write_facts(tmp_path / "cells" / name, (STATE, states))
    study = "results/a"
    outputs = {f"{study}/scores/{names[0]}/scores.json": "no score", f"{study}/probes/{names[0]}.parquet": "no probe"}
    outputs |= {f"{study}/probes/{names[1]}.parquet": "no probe", f"{study}/cells/{names[2]}/facts.json": "no facts"}
    GivenUp(tmp_path / "given_up.json", outputs=outputs).write()
    CELLS.write(cells, tmp_path / "cells.parquet")
    COVERAGE.write(coverage(CELLS.read(tmp_path / "cells.parquet"), tmp_path), tmp_path / "coverage.parquet")
    found = COVERAGE.read(tmp_path / "coverage.parquet")
    assert found[["policy", "state", "reason"]].to_numpy().tolist() == [
        ["knorm", "unscored", "no score"],
        ["knorm", "unsupported", "short"],
        ["snapkv", "unprobed", "no probe"],
        ["snapkv", "unsupported", "short"],
        ["tova", "ok", ""],
        ["tova", "unsupported", "short"],
    ]
