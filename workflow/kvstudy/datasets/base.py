"""`base`: 150 to 200 words about one subject with tightly bound attributes, and six questions.

Four questions go from an entity to its attribute, two from an attribute to the entity that has it; one of these asks
for the subject itself. No two of them rest on the same fact, so that no question tells the answer of another.
"""

from collections import Counter
from dataclasses import dataclass
from random import Random

from kvstudy.datasets.cast import Cast
from kvstudy.datasets.entities import Entity
from kvstudy.datasets.passages import Mention, Passage, Question, evidence, gives_away
from kvstudy.datasets.subjects import SUBJECTS
from kvstudy.datasets.subjects.facts import EARLY, LIFE, ORIGIN, TODAY, Ask, Fact, Subject
from kvstudy.datasets.world import World
from kvstudy.datasets.writer import Writer, lookup, wording

WORDS = (150, 200)
FORWARD, REVERSE = 4, 2
FACTS = 8
MOST = {  # of a kind, the subject included: with more, a small model mixes them up before anything is evicted
    "person": 2,
    "place": 2,
    "organizations": 2,
    "things": 2,
    "creatures": 2,
    "events": 2,
    "occupations": 1,
    "year": 1,
    "date": 1,
}
LINKS = ("By all accounts, ", "As it happens, ", "According to local records, ", "What is more, ", "Surprisingly, ")


@dataclass
class Told:
    """A fact with the entities that fill its slots and, once it is written, the mentions that state it."""

    fact: Fact
    slots: dict[str, Entity]
    stating: tuple[Mention, ...] = ()


def generate(world: World, random: Random, index: int) -> Passage:
    """One passage. Subjects take turns by index; a draft is redrawn until it fits."""
    subject = SUBJECTS[index % len(SUBJECTS)]
    while True:
        passage = draft(world, random, subject)
        if fits(passage):
            return passage


def fits(passage: Passage) -> bool:
    """Whether a draft has the right length and all its questions, none of which holds a word of its answer."""
    return (
        WORDS[0] <= len(passage.text.split()) <= WORDS[1]
        and len(passage.questions) == FORWARD + REVERSE
        and not any(gives_away(question.text, question.answers[0]) for question in passage.questions)
    )


def draft(world: World, random: Random, subject: Subject) -> Passage:
    """One passage of any length."""
    cast = Cast(world, random, random.randint(*subject.epochs))
    entity = cast.draw(subject.draw)
    own = {"subj": entity.part("city"), "land": entity} if subject.draw == "place" else {"subj": entity}
    facts = sample(subject, random)
    told = [Told(fact, own | {slot: cast.draw(what) for slot, what in fact.slots.items()}) for fact in facts]
    opening, body = told[0], in_order(told[1:], subject, random)
    writer = Writer(random, subject.noun or entity.form.split()[-1].lower())
    opening.stating = writer.sentence(random.choice(opening.fact.plans), opening.slots)
    asides = random.sample(subject.asides, random.randint(2, 4))
    pauses = random.sample(range(1, len(body)), len(asides))
    links = random.sample(LINKS, 2)
    for number, one in enumerate(body):
        plan = random.choice(one.fact.plans)
        if links and number and plan.startswith("{subj}") and random.random() < 0.3:
            plan = links.pop() + plan
        one.stating = writer.sentence(plan, one.slots)
        if number in pauses:
            writer.sentence(asides.pop(), own)
    return Passage(writer.text, tuple(writer.mentions), questions(told, random))


def sample(subject: Subject, random: Random) -> list[Fact]:
    """The opening, the first fact and others at random, so that not too many entities of a kind are told apart."""
    origin, *others = subject.facts
    facts = [subject.opening, origin]
    for fact in random.sample(others, len(others)):
        drawn = Counter(what.split()[0] for known in (*facts, fact) for what in known.slots.values())
        drawn[subject.draw] += 1
        if len(facts) < FACTS and all(drawn[what] <= most for what, most in MOST.items()):
            facts.append(fact)
    return facts


def in_order(told: list[Told], subject: Subject, random: Random) -> list[Told]:
    """The facts as a story: part by part, and forward in time wherever a year is given."""
    past = (ORIGIN, EARLY, LIFE)
    parts = (TODAY, *past) if subject.timeless and random.random() < 0.3 else (*past, TODAY)
    ordered = sorted(told, key=lambda one: parts.index(one.fact.part))
    dated = [number for number, one in enumerate(ordered) if year(one)]
    for number, one in zip(dated, sorted((ordered[n] for n in dated), key=year), strict=True):
        ordered[number] = one
    return ordered


def year(one: Told) -> int:
    """The year that a fact tells; 0 when it tells none."""
    for entity in one.slots.values():
        if entity.type == "Date/Time" and entity.form[-4:].isdigit():
            return int(entity.form[-4:])
    return 0


def questions(told: list[Told], random: Random) -> tuple[Question, ...]:
    """Six questions on six facts, or fewer if the facts allow no more; their answers of as many types as possible."""
    back = asks(told, "reverse")
    whole = [(n, ask) for n, ask in back if ask.answer == "subj"]
    others = [(n, ask) for n, ask in back if ask.answer != "subj"]
    chosen: list[tuple[int, Ask]] = []
    for candidates in (*[others] * (REVERSE - 1), whole, *[asks(told, "forward")] * FORWARD):
        used = [n for n, _ in chosen]
        types = Counter(lookup(told[n].slots, ask.answer).type for n, ask in chosen)
        free = [(n, ask) for n, ask in candidates if n not in used]
        random.shuffle(free)
        rarest = sorted(free, key=lambda pair: types[lookup(told[pair[0]].slots, pair[1].answer).type])
        chosen += rarest[:1]
    random.shuffle(chosen)
    return tuple(question(ask, told[n], random) for n, ask in chosen)


def asks(told: list[Told], direction: str) -> list[tuple[int, Ask]]:
    """The questions of one direction that the facts allow, each with its fact's number."""
    return [(n, ask) for n, one in enumerate(told) for ask in one.fact.asks if ask.direction == direction]


def question(ask: Ask, told: Told, random: Random) -> Question:
    """Word one question."""
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
