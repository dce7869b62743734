"""All scores of one cell."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from kvstudy.contracts.vocabulary import BASELINE, CONTROLS
from kvstudy.metrics.forms import Lexicon
from kvstudy.scores.answers import evidence_eviction, forms_by_type, judge
from kvstudy.scores.contexts import context_scores, layer_scores
from kvstudy.scores.facts import CONTEXT, CellFacts
from kvstudy.scores.survivors import kept_array


@dataclass(frozen=True)
class Scores:
    """Rows of the three tables of `contracts.scores`."""

    questions: list[dict]
    contexts: list[dict]
    layers: list[dict]


def score(job: dict, facts: CellFacts, world: Lexicon) -> Scores:
    """Judge every context whose state is ok; the others have no scores and are counted in the coverage.

    Parameters
    ----------
    job : dict
        The cell's job, as the plan writes it.
    facts : CellFacts
    world : Lexicon
        Every form of every entity of the world.
    """
    scores = Scores([], [], [])
    cell = cell_columns(job)
    entities = {c.context_id: forms_by_type(c.entities) for c in facts.contexts.itertuples()}
    questions = {q["question_id"]: q for q in facts.questions.to_dict("records")}
    answers, survivors, attention = map(by_context, (facts.answers, facts.survivors, facts.attention))
    for state in facts.states[facts.states.state == "ok"].to_dict("records"):
        context = tuple(state[name] for name in CONTEXT)
        part = {**cell, **{name: state[name] for name in ("cell", "dataset", "regime", "compress", "context_id")}}
        kept = None
        if state["regime"] not in CONTROLS:
            kept = kept_array(survivors(context), state["context_tokens"])
            scores.contexts.append({**part, **context_scores(kept, state, job["ratio"], job["policy"])})
            scores.layers.extend({**part, **row} for row in layer_scores(kept, state, attention(context)))
        for answer in answers(context).to_dict("records"):
            question = questions[answer["question_id"]]
            text = judge(answer, question, entities[state["context_id"]], world)
            scores.questions.append({**part, **text, **evidence_eviction(kept, answer, question)})
    return scores


def cell_columns(job: dict) -> dict:
    """The columns of `contracts.plan.CELL`; the policy's name is what the cell's name holds between model and ratio."""
    experiment, model = job["experiment"], job["model"]["name"]
    policy = job["cell"].removeprefix(f"{experiment}.{model}.").rpartition(".")[0]
    assert (policy == BASELINE) == (job["policy"] is None), f"cell {job['cell']}: its name and its policy disagree"
    return {"experiment": experiment, "model": model, "policy": policy, "ratio": job["ratio"]}


def by_context(frame: pd.DataFrame) -> Callable[[tuple[str, str, str]], pd.DataFrame]:
    """A function from (dataset, regime, context_id) to the rows of that context, in the frame's order."""
    rows = frame.groupby(CONTEXT, sort=False).indices
    return lambda context: frame.iloc[rows.get(context, [])]
