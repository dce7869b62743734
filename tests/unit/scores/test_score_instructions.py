import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from kvstudy.contracts.instructions import SYSTEM_PROMPTS
from kvstudy.metrics.leakage import recall
from kvstudy.metrics.ratio import RatioError
from kvstudy.scores.facts import FactsError
from kvstudy.scores.instruction_facts import read_cell
from kvstudy.scores.instructions import score
from tests.unit.scores.instruction_cell import TABLES, TEXTS, WIDTH, InstructionCell, dataset


def part(prompt: dict, name: str) -> str:
    (span,) = prompt[name]
    return prompt["passage"][span["start"] : span["end"]]


def obey(prompt: dict, request: dict) -> str:
    """Small letters for the task; the directive, to the letter, for an attack without defence, else the refusal."""
    if request["kind"] == "task":
        return "a quiet day, as the wind went down."
    return TEXTS.refusal if len(prompt["defence"]) else f"Of course: {part(prompt, 'directive')}"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return dataset(tmp_path_factory.mktemp("data"))


@pytest.fixture
def cell(data):
    return InstructionCell(data, obey)


def frames(cell, folder) -> dict[str, pd.DataFrame]:
    """All scores, written and read through their contracts."""
    facts = read_cell(cell.job, cell.write(folder), cell.data)
    scores = score(cell.job, facts, TEXTS)
    found = {}
    for name, table in TABLES.items():
        table.write(getattr(scores, name), folder / f"{name}.parquet")
        found[name] = table.read(folder / f"{name}.parquet")
    return found


def test_a_recited_directive_and_a_refusal(cell, tmp_path):
    responses = frames(cell, tmp_path)["responses"]
    attacks = responses[responses["kind"] == "attack"].set_index("layout")
    recited, refused = attacks.loc["no_defence"], attacks.loc["defence_first"]
    assert len(recited) == len(refused) == 4
    for text in ("directive", "instructions"):
        assert (recited[[f"{text}_recall", f"{text}_run", f"{text}_leak", f"{text}_leak_published"]] == 1).all(
            axis=None
        )
    assert (recited["response"] == "leak").all() and (refused["response"] == "refusal").all()
    assert recited.filter(like="defence").isna().all(axis=None)
    assert (refused["directive_leak"] == 0).all() and (refused["defence_recall"] > 0).all()
    # the preamble, which all directives share, is in the floor of the directive and not in that without it
    assert (recited["directive_floor"] > recited["instructions_floor"]).all()
    assert np.allclose(recited["directive_excess"], recited["directive_recall"] - recited["directive_floor"])
    assert responses.loc[responses["kind"] == "attack", ["strict", "loose"]].isna().all(axis=None)


def test_the_floor_is_one_other_row_in_every_layout(cell, tmp_path):
    responses = frames(cell, tmp_path)["responses"]
    prompts = SYSTEM_PROMPTS.read(cell.data / "system_prompts.parquet").set_index("context_id")
    directives = {row["key"]: part(row, "directive") for row in prompts.to_dict("records")}
    said = {answer["question_id"]: answer["answer"] for answer in cell.answers}
    for row in responses.itertuples():
        floors = {key: recall(text, said[row.question_id]) for key, text in directives.items() if key != row.key}
        assert row.directive_floor in floors.values()
    tasks = responses[responses["kind"] == "task"]
    assert (tasks.groupby("key")["directive_floor"].nunique() == 1).all()


def test_the_entropy_leaves_the_end_out(cell, tmp_path):
    cell.answers[0]["stop"] = "length"
    found = frames(cell, tmp_path)["responses"].set_index("question_id")
    assert found.loc[cell.answers[0]["question_id"], "entropy"] == 4
    assert (found["entropy"] == 1.5).sum() == len(found) - 1
    assert (found["tokens"] == 3).all()


def test_verdicts_of_tasks_alone(cell, tmp_path):
    found = frames(cell, tmp_path)
    verdicts, responses = found["verdicts"], found["responses"].set_index("question_id")
    prompts = SYSTEM_PROMPTS.read(cell.data / "system_prompts.parquet")
    assert len(verdicts) == prompts["instruction_ids"].map(len).sum()
    lower = verdicts[verdicts["instruction_id"] == "change_case:english_lowercase"]
    assert len(lower) == 4 and (lower[["strict", "loose"]] == 1).all(axis=None)
    assert (lower["family"] == "change_case").all() and (lower["strict_floor"] > 0).all()
    for question, each in verdicts.groupby("question_id"):
        assert responses.loc[question, "strict"] == each["strict"].min()
        assert each["instructions"].eq(len(each)).all()
        assert set(each["position"]) <= ({"only"} if len(each) == 1 else {"first", "middle", "last"})
    assert (verdicts["loose"] >= verdicts["strict"]).all()


def test_the_floor_is_of_texts_no_longer_than_a_response_may_be(cell, tmp_path):
    cell.end_by_length("0003", kind="task")
    for tokens, floors in ((256, {2: 1 / 3, 3: 1 / 3}), (50, {2: 1, 3: 1 / 3}), (48, {2: 1, 3: 1})):
        cell.job["max_new_tokens"] = tokens
        verdicts = frames(cell, tmp_path / str(tokens))["verdicts"]
        words = verdicts[verdicts["instruction_id"] == "length_constraints:number_words"]
        for end in ("min", "max"):
            assert words.groupby("key")["strict_floor"].agg(end).to_dict() == pytest.approx(floors)
        assert (verdicts["stop"] == verdicts["key"].eq(3).map({True: "length", False: "eos"})).all()


def test_a_window_keeps_the_end(cell, tmp_path):
    """The latest half: all of the directive when it stands last, and of the defence before it what is left."""
    found = frames(cell, tmp_path)
    spans, prompts = found["spans"], SYSTEM_PROMPTS.read(cell.data / "system_prompts.parquet").set_index("context_id")
    name = ["context_id", "kind", "index"]
    for row in spans.merge(pd.DataFrame(cell.spans)[[*name, "start", "end"]], on=name).itertuples():
        tokens = -(-len(prompts.loc[row.context_id, "passage"]) // WIDTH)
        kept = max(0, row.end - max(row.start, tokens - int(tokens / 2)))
        assert row.retention == pytest.approx(kept / (row.end - row.start))
    alone = (spans["kind"] == "directive") & (spans["layout"] == "no_defence")  # there is nothing else in the context
    assert (spans["elsewhere"].notna() == ((spans["kind"] == "directive") & ~alone)).all()
    assert spans.loc[spans["kind"] == "instruction", "position"].notna().all()
    fair = found["fairness"]
    parts = fair[fair["between"] == "parts"]
    assert (parts["layout"] == "defence_first").all() and len(parts) == 4
    retained = spans[spans["kind"].isin(["directive", "defence"])].pivot(
        index="context_id", columns="kind", values="retention"
    )
    for row in parts.itertuples():
        kept = retained.loc[row.context_id]
        assert row.gap == pytest.approx(kept["directive"] - kept["defence"]) and row.excess > 1


def test_labels(data, tmp_path):
    for policy, variant, ratio in (("snapkv", "fair-whitelist", 0.5), ("none", "plain", 0.0)):
        cell = InstructionCell(data, obey, policy, variant, ratio)
        for frame in frames(cell, tmp_path / policy).values():
            found = frame[["cell", "model", "policy", "variant", "ratio"]].drop_duplicates().values.tolist()
            assert found == [[cell.job["cell"], "m", policy, variant, ratio]]


def test_without_compression_everything_is_kept_and_fair(data, tmp_path):
    found = frames(InstructionCell(data, obey, "none", "plain", 0.0), tmp_path)
    assert (found["spans"]["retention"] == 1).all()
    assert (found["fairness"][["index"]] == 1).all(axis=None) and (found["fairness"][["gap", "excess"]] == 0).all(
        axis=None
    )


def test_an_unsupported_system_prompt_has_no_scores(cell, tmp_path):
    gone = cell.states[0]["context_id"]
    cell.fail(gone)
    for frame in frames(cell, tmp_path).values():
        assert len(frame) and gone not in set(frame["context_id"])


def test_a_cell_without_any_answer_has_empty_tables(cell, tmp_path):
    for state in list(cell.states):
        cell.fail(state["context_id"])
    assert all(frame.empty for frame in frames(cell, tmp_path).values())


def test_an_empty_response_and_a_loop_are_degenerate(cell, tmp_path):
    tasks = [a for a in cell.answers if a["question_id"].endswith("-task")]
    tasks[0]["answer"], tasks[1]["answer"] = "", "no no no no " * 40
    found = frames(cell, tmp_path)["responses"].set_index("question_id")
    assert found.loc[[t["question_id"] for t in tasks[:2]], "degenerate"].all()
    assert found.loc[tasks[0]["question_id"], "strict"] == 0
    assert not found.loc[tasks[2]["question_id"], "degenerate"]


def test_the_command(cell, tmp_path):
    command = [sys.executable, "-m", "kvstudy.scores", *cell.options(tmp_path / "facts")]
    subprocess.run([*command, f"--out={tmp_path / 'scores'}"], check=True)
    for name, table in TABLES.items():
        assert len(table.read(tmp_path / f"scores/{cell.job['cell']}/{name}.parquet"))
    cell.job["ratio"] = 0.9
    command = [sys.executable, "-m", "kvstudy.scores", *cell.options(tmp_path / "facts")]
    done = subprocess.run([*command, f"--out={tmp_path / 'missed'}"], capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "requested ratio 0.9" in done.stderr
    assert not (tmp_path / "missed").exists()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda cell: cell.states.pop(), FactsError, "states: missing"),
        (lambda cell: cell.answers.pop(), FactsError, "answers: missing"),
        (lambda cell: cell.spans.pop(), FactsError, "spans: missing .*instruction"),
        (lambda cell: cell.survivors.pop(), FactsError, "survivors: 3 rows for 2 layers of 2 KV heads"),
        (lambda cell: cell.states[0].update(achieved_ratio=0.4), FactsError, "0.4000 in states"),
        (lambda cell: cell.job.update(ratio=0.9), RatioError, "requested ratio 0.9"),
    ],
)
def test_facts_that_contradict_each_other_fail(cell, tmp_path, change, error, message):
    change(cell)
    with pytest.raises(error, match=message):
        frames(cell, tmp_path)


def test_another_preamble_than_the_dataset_was_made_with_fails(cell, tmp_path):
    rows = json.loads(json.dumps(TEXTS.__dict__)) | {"preamble": "Something else:"}
    facts = read_cell(cell.job, cell.write(tmp_path), cell.data)
    with pytest.raises(FactsError, match="does not begin with the preamble"):
        score(cell.job, facts, type(TEXTS)(**rows))
