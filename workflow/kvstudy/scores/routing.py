"""How cells of the routing experiment are scored: answers against accepted forms, survivors against evidence."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kvstudy.contracts.scores import CONTEXT_SCORES, HEAD_SCORES, LAYER_SCORES, QUESTION_SCORES, ROUTE_SCORES
from kvstudy.contracts.vocabulary import BASELINE, CONTROLS
from kvstudy.metrics.forms import Lexicon
from kvstudy.scores.answers import evidence_eviction, forms_by_type, judge, looks
from kvstudy.scores.contexts import attention_grid, context_scores, decoded_tops, head_scores, layer_scores
from kvstudy.scores.facts import CONTEXT, CellFacts, by_context, read_cell
from kvstudy.scores.routes import route_scores
from kvstudy.scores.survivors import kept_array
from kvstudy.scores.world import world_lexicon

TABLES = {
    "questions": QUESTION_SCORES,
    "contexts": CONTEXT_SCORES,
    "layers": LAYER_SCORES,
    "heads": HEAD_SCORES,
    "routes": ROUTE_SCORES,
}


@dataclass(frozen=True)
class Scores:
    """Rows of the tables of `contracts.scores`."""

    questions: list[dict] = field(default_factory=list)
    contexts: list[dict] = field(default_factory=list)
    layers: list[dict] = field(default_factory=list)
    heads: list[dict] = field(default_factory=list)
    routes: list[dict] = field(default_factory=list)


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
    scores = Scores()
    cell = cell_columns(job)
    entities = {c.context_id: forms_by_type(c.entities) for c in facts.contexts.itertuples()}
    questions = {q["question_id"]: q for q in facts.questions.to_dict("records")}
    tables = (facts.answers, facts.survivors, facts.attention, facts.decoded_attention, facts.routes)
    answers, survivors, attention, decoded, routes = map(by_context, tables)
    for state in facts.states[facts.states.state == "ok"].to_dict("records"):
        context = tuple(state[name] for name in CONTEXT)
        part = {**cell, **{name: state[name] for name in ("cell", "dataset", "regime", "compress", "context_id")}}
        asked = answers(context).to_dict("records")
        kept, seen = None, {}
        if state["regime"] not in CONTROLS:
            kept = kept_array(survivors(context), state["context_tokens"])
            looked = attention(context)
            evidence = {answer["question_id"]: answer["evidence"] for answer in asked if len(answer["evidence"])}
            scores.contexts.append({**part, **context_scores(kept, state, job["ratio"], job["policy"])})
            first_tokens = decoded_tops(decoded(context), asked, len(kept))
            scores.layers.extend({**part, **row} for row in layer_scores(kept, state, looked, first_tokens))
            scores.heads.extend({**part, **row} for row in head_scores(kept, state, list(evidence.values())))
            scores.routes.extend({**part, **row} for row in route_scores(kept, routes(context)))
            tops, masses = (attention_grid(looked, name, state) for name in ("top_beyond_sinks", "evidence_mass"))
            seen = dict(zip(looked["question_id"].unique(), zip(tops, masses, strict=True), strict=True))
        for answer in asked:
            question = questions[answer["question_id"]]
            text = judge(answer, question, entities[state["context_id"]], world)
            lost = evidence_eviction(kept, answer, question)
            heads = looks(*seen.get(answer["question_id"], (None, None)), answer)
            scores.questions.append({**part, **text, **lost, **heads})
    return scores


def cell_columns(job: dict) -> dict:
    """The columns of `contracts.plan.CELL`; the policy's name is what the cell's name holds between model and ratio."""
    experiment, model = job["experiment"], job["model"]["name"]
    policy = job["cell"].removeprefix(f"{experiment}.{model}.").rpartition(".")[0]
    assert (policy == BASELINE) == (job["policy"] is None), f"cell {job['cell']}: its name and its policy disagree"
    return {"experiment": experiment, "model": model, "policy": policy, "ratio": job["ratio"]}


def scorer(resources: Path) -> Callable[[dict, Path, Path], Scores]:
    """What scores one cell, from its job, its folder of facts and the folder of datasets."""
    world = world_lexicon(resources)
    return lambda job, facts, datasets: score(job, read_cell(job, facts, datasets), world)
