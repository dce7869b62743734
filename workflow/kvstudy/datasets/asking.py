"""What a passage can be asked about a fact that it tells: for the answer as stated, a form of it, or a part of it.

A question of the type `manipulated` asks for another form of what is stated: the first or last name of a person, the
month or year of a date. One of the type `part` tells the last word of what is stated and asks for the rest: "Which
mirror was made by ...?"
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random

from kvstudy.contracts.vocabulary import DIRECTIONS
from kvstudy.datasets.entities import Entity
from kvstudy.datasets.passages import Mention, Question, evidence, gives_away
from kvstudy.datasets.shares import Shares, by_shares
from kvstudy.datasets.subjects.facts import Ask
from kvstudy.datasets.telling import Told
from kvstudy.datasets.writer import SLOT, lookup, wording

WHO = re.compile(r"^Who (?!did )")  # as the subject of the question
DATE = re.compile(r"^On which date ")
PARTS = (  # what is replaced in a question, and by what, to tell the last word of the answer
    (re.compile(r"\bwhich (organisation|object|event)\b", re.IGNORECASE), "which {head}"),
    (re.compile(r"\bwhich animal\b", re.IGNORECASE), "which kind of {head}"),
    (re.compile(r"^What (?=(is|are) .* made of)"), "What kind of {head} "),
    (re.compile(r"^What (?=does )"), "What kind of {head} "),
)
PIECES = re.compile(r"[^s]s$")  # plates, leaves: a shape, of which one does not ask the kind


@dataclass(frozen=True)
class Candidate:
    """A question that might be asked.

    Parameters
    ----------
    fact : int
        Number of the fact that it rests on.
    question : Question
    also : tuple of int
        Numbers of further facts that it tells, so that no other question may rest on them.
    rivals : int
        How many other facts of the passage state the same attribute of something else.
    """

    fact: int
    question: Question
    also: tuple[int, ...] = ()
    rivals: int = 0

    @property
    def facts(self) -> tuple[int, ...]:
        """Every fact that the question rests on or tells."""
        return (self.fact, *self.also)


def candidates(told: list[Told], random: Random) -> list[Candidate]:
    """Every question that the facts of a passage allow, in random order."""
    found = []
    for number, one in enumerate(told):
        for direction in DIRECTIONS:
            for ask in clear_asks(one, direction):
                asked = variants(whole(ask, one, random), lookup(one.slots, ask.answer), one.stating)
                rivals = sum(other.fact is one.fact for other in told) - 1
                found += [Candidate(number, question, rivals=rivals) for question in asked]
    random.shuffle(found)
    return found


def clear_asks(told: Told, direction: str) -> list[Ask]:
    """The fact's questions in this direction, with only those wordings that say which entity they ask about.

    "Who was the guide?" is clear in a passage about one animal, not in one about several subjects; nor may a wording
    hold a word of the answer.
    """
    found = []
    for ask in told.fact.asks:
        answer = lookup(told.slots, ask.answer)
        texts = tuple(t for t in ask.texts if SLOT.search(t) and not gives_away(wording(t, told.slots), answer.form))
        if ask.direction == direction and texts:
            found.append(Ask(ask.answer, ask.direction, texts, ask.unit))
    return found


def whole(ask: Ask, told: Told, random: Random) -> Question:
    """The question for the answer as the fact states it."""
    answer = lookup(told.slots, ask.answer)
    units = (f"{answer.form} {ask.unit}",) if ask.unit else ()
    return Question(
        wording(random.choice(ask.texts), told.slots),
        answer.answers + units,
        answer.type,
        "standard",
        ask.direction,
        evidence(told.stating, answer),
    )


def variants(whole: Question, answer: Entity, stating: tuple[Mention, ...]) -> list[Question]:
    """A question and what else it may ask for, without those that hold a word of their answer."""
    asked = (whole, *manipulated(whole, answer, stating), *part(whole, answer, stating))
    return [question for question in asked if not gives_away(question.text, question.answers[0])]


def manipulated(whole: Question, answer: Entity, stating: tuple[Mention, ...]) -> Iterator[Question]:
    """The question, asked for the names of a person or for the month or year of a date."""
    forms = []
    if answer.type == "Person" and WHO.search(whole.text):
        forms = [
            (role, WHO.sub(f"What is the {role} name of the person who ", whole.text)) for role in ("first", "last")
        ]
    elif answer.parts and DATE.search(whole.text):
        forms = [(role, DATE.sub(f"In which {role} ", whole.text)) for role in ("month", "year")]
    for role, text in forms:
        form = answer.part(role)
        spans = tuple(span for mention in stating if (span := mention.span(form)))
        if spans:  # none where the fact is stated of a last name alone
            yield replace(whole, text=text, answers=form.answers, type="manipulated", evidence=spans)


def part(whole: Question, answer: Entity, stating: tuple[Mention, ...]) -> Iterator[Question]:
    """The question, told the last word of a name or a phrase and asked for the rest."""
    rest, _, head = answer.form.rpartition(" ")
    spans = tuple((m.start, m.start + len(rest)) for m in stating if m.entity == answer)
    for pattern, said in PARTS:
        text, hits = pattern.subn(said.format(head=head.lower()), whole.text, count=1)
        clear = "kind of" not in said or not PIECES.search(head)
        if hits and rest and clear and not answer.parts and " of " not in answer.form:
            forms = (rest, *answer.answers)
            yield replace(whole, text=text[0].upper() + text[1:], answers=forms, type="part", evidence=spans)


def choose(
    found: Iterable[Candidate], wanted: Iterable[tuple], random: Random | None = None, shares: Shares | None = None
) -> tuple[Question, ...]:
    """Questions as wanted, fewer where there are none left.

    No two of them share a fact or have an answer in common, and none tells an answer of another. First come the answer
    types that are rarest so far, then questions about an attribute that something else has, too.

    Parameters
    ----------
    found : iterable of Candidate
    wanted : iterable of (type, direction) or (type, direction, numbers of the facts that the question may rest on)
    random, shares : optional
        With shares, answer types are drawn by them instead.
    """
    chosen: list[Candidate] = []
    for kind, direction, *facts in wanted:
        asked = [one.question for one in chosen]
        types = Counter(question.answer_type for question in asked)
        taken = {fact for one in chosen for fact in one.facts}
        answers = {answer for question in asked for answer in question.answers}
        free = [
            one
            for one in found
            if (one.question.type, one.question.direction) == (kind, direction)
            and (not facts or one.fact in facts[0])
            and taken.isdisjoint(one.facts)
            and answers.isdisjoint(one.question.answers)
            and not any(tells(one.question, other) or tells(other, one.question) for other in asked)
        ]
        if shares:
            free = by_shares(free, lambda one: one.question.answer_type, shares, random)
        else:
            free.sort(key=lambda one: (types[one.question.answer_type], not one.rivals))
        chosen += free[:1]
    return tuple(one.question for one in chosen)


def tells(one: Question, other: Question) -> bool:
    """Whether one question names the other's answer, in any of its forms."""
    return any(re.search(rf"\b{re.escape(answer)}\b", one.text) for answer in other.answers)


def ten(
    found: list[Candidate], random: Random, links: range = range(0), shares: Shares | None = None
) -> tuple[Question, ...]:
    """Ten questions in random order, or fewer if there are not enough: five each way; answer types by `shares`, if any.

    One of each five is not standard: in one direction it asks for another form, in the other for a part. Another one of
    each five rests on one of the `links`, if there are any; these are numbers of facts.
    """
    kinds = random.sample(("manipulated", "part"), 2)
    for odd in (kinds, kinds[::-1]):
        wanted = [("standard", way, links) for way in DIRECTIONS if links]
        wanted += zip(odd, DIRECTIONS, strict=True)
        wanted += [("standard", way) for way in DIRECTIONS for _ in range(3 if links else 4)]
        asked = choose(found, wanted, random, shares)
        if len(asked) == len(wanted):
            break
    return tuple(random.sample(asked, len(asked)))
