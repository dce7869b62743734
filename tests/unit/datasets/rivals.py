"""Which sentences of a passage state the attribute that a question asks for, of whatever they state it."""

import re
from functools import cache

from kvstudy.datasets.passages import Passage, Question
from kvstudy.datasets.relations import LINKS, Link
from kvstudy.datasets.subjects import SUBJECTS
from kvstudy.datasets.writer import CHOICE, SLOT


@cache
def facts() -> tuple[re.Pattern, ...]:
    """For every fact of every kind of subject, and every relation, what its sentences look like."""
    told = [fact.plans for subject in SUBJECTS for fact in (subject.opening, *subject.facts)]
    told += [link.plans for link in LINKS]
    return tuple(re.compile("|".join(f"(?:{pattern(plan)})" for plan in plans), re.IGNORECASE) for plans in told)


def pattern(plan: str) -> str:
    """A regular expression for the sentences that are made of a plan."""
    found, at = "", 0
    for match in CHOICE.finditer(plan):
        found += slots(plan[at : match.start()]) + f"(?:{'|'.join(slots(one) for one in match[1].split('|'))})"
        at = match.end()
    return found + slots(plan[at:])


def slots(text: str) -> str:
    """The text as a regular expression, with anything in its slots."""
    found, at = "", 0
    for match in SLOT.finditer(text):
        found += re.escape(text[at : match.start()]) + "[^.]+?"
        at = match.end()
    return found + re.escape(text[at:])


def asks(link: Link, question: Question) -> bool:
    """Whether this is the question from the link's target to its source."""
    return bool(re.search(slots(link.back), question.text, re.IGNORECASE))


def candidates(passage: Passage, question: Question) -> list[str]:
    """The sentences that state what the question asks for, of its own topic and of others.

    A reverse question must follow a relation: its answer is the source, which need not be named where this is told.
    """
    sentences = {m.start(): m[0] for m in re.finditer(r"[^\s.?][^.?]*[.?]", passage.text)}
    if question.direction == "reverse":
        (fact,) = (one for one, link in zip(facts()[-len(LINKS) :], LINKS, strict=True) if asks(link, question))
    else:
        stating = sentences[max(start for start in sentences if start <= question.evidence[0][0])]
        (fact,) = (one for one in facts() if one.fullmatch(stating))
    return [said for said in sentences.values() if fact.fullmatch(said)]
