"""What the explorer shows is what the cells recorded."""

import json

import numpy as np
import pandas as pd

from kvstudy.contracts.files import checksum
from kvstudy.models.manifest import MANIFEST, load_manifest
from kvstudy.page import examples
from kvstudy.page.results import Results


def read(study, cell, table):
    return pd.read_parquet(study.folder / f"results/page/cells/routing.smollm2-135m.{cell}/{table}")


def of(frame, example, regime):
    return frame[(frame["context_id"] == example["name"]) & (frame["regime"] == regime["name"])]


def parts(facts):
    routing = (example for example in facts["explorer"]["examples"] if example["experiment"] == "routing")
    return [(example, regime) for example in routing for regime in example["regimes"]]


def test_a_token_is_kept_by_as_many_heads_as_the_bitmaps_say(study, facts):
    states, survivors = read(study, "knorm.r500", "states"), read(study, "knorm.r500", "survivors")
    assert len(parts(facts)) == 8
    for example, regime in parts(facts):
        start, end = of(states, example, regime).iloc[0][["region_start", "region_end"]]
        bitmaps = of(survivors, example, regime)["bitmap"]
        counts = sum(np.unpackbits(np.frombuffer(bitmap, np.uint8)).astype(int) for bitmap in bitmaps)
        (cell,) = [c for c in regime["cells"] if (c["policy"], c["ratio"]) == ("knorm", 0.5)]
        assert cell["kept"] == counts[start:end].tolist()
        assert example["heads"] == len(bitmaps) == 90


def test_underlined_tokens_are_the_evidence_that_the_cell_recorded(study, facts):
    states, answers = read(study, "knorm.r500", "states"), read(study, "knorm.r500", "answers")
    for example, regime in parts(facts):
        start = of(states, example, regime).iloc[0]["region_start"]
        recorded = of(answers, example, regime).sort_values("question_id")["evidence"]
        assert [[start + piece for piece in marks] for marks in regime["evidence"]] == [list(e) for e in recorded]


def test_answers_are_the_recorded_ones_with_their_judgement(study, facts):
    scores = pd.read_parquet(study.folder / "results/page/scores/routing.smollm2-135m.knorm.r500/questions.parquet")
    for example, regime in parts(facts):
        (cell,) = [c for c in regime["cells"] if (c["policy"], c["ratio"]) == ("knorm", 0.5)]
        recorded = of(read(study, "knorm.r500", "answers"), example, regime).sort_values("question_id")
        judged = of(scores, example, regime).sort_values("question_id")
        wanted = zip(recorded["answer"], judged["outcome"], judged["token_f1"].round(3), strict=True)
        assert cell["answers"] == [list(each) for each in wanted]


def test_responses_under_system_prompts_are_there_and_what_could_not_be_run_says_why(facts):
    found = [e for e in facts["explorer"]["examples"] if e["experiment"] == "instructions"]
    assert len(found) == 2 and {q["score"] for q in found[0]["questions"]} == {
        "directive leaked",
        "instructions followed",
    }
    cells = [cell for example in found for regime in example["regimes"] for cell in regime["cells"]]
    assert {cell["policy"] for cell in cells} == {"none", "streaming-llm", "streaming-llm+fair"}
    assert all(cell["reason"] or all(cell["answers"]) for cell in cells)


def test_examples_that_do_not_fit_are_left_out_and_counted(study, facts, monkeypatch):
    home = study.folder
    found = Results("page", home / "results/page", home / "results/models", home / "resources/prompts/examples.json")
    monkeypatch.setattr(examples, "BYTES", 25_000)
    some = examples.facts(found)
    assert 0 < len(some["examples"]) < len(facts["explorer"]["examples"]) == 6
    assert all(example in facts["explorer"]["examples"] for example in json.loads(json.dumps(some["examples"])))
    assert some["sampled"].startswith(f"{len(some['examples'])} of 8 passages")


def page(study, out):
    return study.python(
        *("-m", "kvstudy.page", "--study", "page", "--results", "results/page", "--models", "results/models"),
        *("--examples", "resources/prompts/examples.json", "--templates", "resources/page", "--out", str(out)),
    )


def test_the_same_results_give_the_same_page(study, path, tmp_path):
    done = page(study, tmp_path / "again.html")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.html").read_bytes() == path.read_bytes()


def test_a_model_that_makes_other_tokens_is_refused_in_one_line(study, tmp_path):
    folder = study.folder / "results/models/smollm2-135m"
    before = {path: path.read_text(encoding="utf-8") for path in (folder / "tokenizer.json", folder / MANIFEST)}
    made = json.loads(before[folder / "tokenizer.json"])
    made["model"]["merges"] = made["model"]["merges"][:1000]
    (folder / "tokenizer.json").write_text(json.dumps(made), encoding="utf-8")
    manifest = load_manifest(folder)
    manifest["files"]["tokenizer.json"] = checksum(folder / "tokenizer.json")
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    done = page(study, tmp_path / "other.html")
    for path, text in before.items():
        path.write_text(text, encoding="utf-8")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "tokens there and" in done.stderr.splitlines()[-1]
    assert not (tmp_path / "other.html").exists()
