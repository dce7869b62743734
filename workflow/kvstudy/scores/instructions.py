"""How cells of the instructions experiment are scored: responses, verdicts, and what became of each span."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kvstudy.contracts.instruction_classes import TASK
from kvstudy.contracts.instruction_scores import FAIRNESS_SCORES, RESPONSE_SCORES, SPAN_SCORES, VERDICTS
from kvstudy.contracts.vocabulary import SYSTEM_PROMPTS
from kvstudy.datasets.texts import Texts, load
from kvstudy.scores.contexts import check_survivors
from kvstudy.scores.facts import CONTEXT, by_context
from kvstudy.scores.instruction_facts import InstructionFacts, read_cell
from kvstudy.scores.responses import Hidden, judge_instructions, judge_response
from kvstudy.scores.spans import fairness_scores, places, span_scores
from kvstudy.scores.survivors import kept_array

TABLES = {"responses": RESPONSE_SCORES, "verdicts": VERDICTS, "spans": SPAN_SCORES, "fairness": FAIRNESS_SCORES}


@dataclass(frozen=True)
class Scores:
    """Rows of the four tables of `contracts.instruction_scores`."""

    responses: list[dict] = field(default_factory=list)
    verdicts: list[dict] = field(default_factory=list)
    spans: list[dict] = field(default_factory=list)
    fairness: list[dict] = field(default_factory=list)


def score(job: dict, facts: InstructionFacts, texts: Texts) -> Scores:
    """Judge every system prompt whose state is ok; the others have no scores and are counted in the coverage.

    Parameters
    ----------
    job : dict
        The cell's job, as the plan writes it.
    facts : InstructionFacts
    texts : Texts
        The wording that all system prompts share.
    """
    scores = Scores()
    prompts = {prompt["context_id"]: prompt for prompt in facts.prompts.to_dict("records")}
    requests = {request["question_id"]: request for request in facts.requests.to_dict("records")}
    hidden = Hidden(prompts, texts)
    answers, survivors, spans = map(by_context, (facts.answers, facts.survivors, facts.spans))
    for state in facts.states[facts.states["state"] == "ok"].to_dict("records"):
        context, prompt = tuple(state[name] for name in CONTEXT), prompts[state["context_id"]]
        labels = context_labels(job, prompt)
        kept = kept_array(survivors(context), state["context_tokens"])
        check_survivors(kept, state, job["ratio"], job["policy"])
        count, found = {"instructions": len(prompt["instruction_ids"])}, places(spans(context))
        scores.spans.extend({**labels, **count, **row} for row in span_scores(kept, found, prompt["positions"]))
        scores.fairness.extend({**labels, **count, **row} for row in fairness_scores(kept, found))
        for answer in answers(context).to_dict("records"):
            request = requests[answer["question_id"]]
            limit = job["max_new_tokens"]
            each, whole = judge_instructions(answer, prompt, limit) if request["kind"] == TASK else ([], {})
            scores.responses.append({**labels, **judge_response(answer, request, hidden), **whole})
            scores.verdicts.extend({**labels, **row} for row in each)
    return scores


def context_labels(job: dict, prompt: dict) -> dict:
    """The columns of `contracts.instruction_scores.CONTEXT`."""
    cell = {"cell": job["cell"], "model": job["model"]["name"], "policy": job["policy_name"]}
    names = ("dataset", "context_id", "key", "layout", "rotation")
    return {**cell, "variant": job["variant"], "ratio": job["ratio"], **{name: prompt[name] for name in names}}


def scorer(resources: Path) -> Callable[[dict, Path, Path], Scores]:
    """What scores one cell, from its job, its folder of facts and the folder of datasets."""
    texts = load(resources)
    return lambda job, facts, datasets: score(job, read_cell(job, facts, datasets / SYSTEM_PROMPTS), texts)
