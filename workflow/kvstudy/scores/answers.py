"""Scores of answers: text against accepted forms, and where the evidence went."""

import numpy as np

from kvstudy.metrics.consensus import agreement
from kvstudy.metrics.eviction import eviction
from kvstudy.metrics.forms import Lexicon
from kvstudy.metrics.outcomes import Gold, Reply, classify, hallucinated
from kvstudy.metrics.token_f1 import exact_match, token_f1
from kvstudy.scores.contexts import mean_defined
from kvstudy.scores.facts import FactsError


def forms_by_type(entities: list[dict]) -> dict[str, list[str]]:
    """The forms that a passage mentions, by answer type."""
    forms: dict[str, list[str]] = {}
    for entity in entities:
        forms.setdefault(entity["type"], []).append(entity["form"])
    return forms


def judge(answer: dict, question: dict, entities: dict[str, list[str]], world: Lexicon) -> dict:
    """The columns of `question_scores` that depend on the text alone.

    Parameters
    ----------
    answer : dict
        A row of answers.
    question : dict
        A row of the dataset's questions.
    entities : dict
        Answer type to the forms that the passage mentions.
    world : Lexicon
        Every form of every entity.
    """
    reply = Reply(answer["answer"], answer["answer_tokens"], answer["stop"])
    asked = (question["question"], question["answers"], question["answer_type"])
    gold = Gold(*asked, entities, altered=question["altered"])
    outcome = classify(reply, gold, world)
    return {
        "question_id": question["question_id"],
        "answer_type": question["answer_type"],
        "question_type": question["question_type"],
        "direction": question["direction"],
        "token_f1": token_f1(reply.answer, question["answers"]),
        "exact_match": exact_match(reply.answer, question["answers"]),
        "stop": reply.stop,
        "outcome": outcome,
        "hallucinated": hallucinated(outcome),
    }


def evidence_eviction(kept: np.ndarray | None, answer: dict, question: dict) -> dict:
    """The three readings of GER of one question.

    Missing in the controls, which compress nothing, and where the passage does not state the answer: of an altered
    question, or one of a user's own whose answer was not found.

    Parameters
    ----------
    kept : numpy.ndarray or None
        (layers, KV heads, context tokens) bool; None in a control.
    answer : dict
        A row of answers; its evidence holds the context positions of the tokens that state the answer.
    question : dict
        A row of the dataset's questions.

    Raises
    ------
    FactsError
        The passage states the answer, and no position of the context does.
    """
    if kept is None or len(question["evidence"]) == 0:
        return dict.fromkeys(("ger_layer", "ger_model", "ger_head"), np.nan)
    if len(answer["evidence"]) == 0:
        raise FactsError(f"answers: {answer['question_id']} has no evidence")
    ger = eviction(kept, answer["evidence"])
    return {"ger_layer": ger.layer, "ger_model": ger.model, "ger_head": ger.head}


def looks(tops: np.ndarray | None, masses: np.ndarray | None, answer: dict) -> dict:
    """What the heads look at: the columns of `question_scores` that attention decides.

    Parameters
    ----------
    tops, masses : numpy.ndarray or None
        (layers, query heads): the top position beyond the first four, and the weight on the evidence; None in a
        control.
    answer : dict
        A row of answers.
    """
    if tops is None:
        return {"evidence_mass": np.nan, "agreement": np.nan}
    return {
        "evidence_mass": float(masses.max()) if len(answer["evidence"]) else np.nan,
        "agreement": float(mean_defined(agreement(tops))),
    }
