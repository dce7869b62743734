"""`base`: 150 to 200 words about one subject with tightly bound attributes, and six questions.

Four questions go from an entity to its attribute, two from an attribute to the entity that has it; one of these asks
for the subject itself, which the others name. No two of them rest on the same fact, and none tells any other answer.
One of the six asks for another form or for a part of its answer.
"""

from collections import Counter
from random import Random

from kvstudy.datasets.asking import tells, variants, whole
from kvstudy.datasets.cast import Cast, type_of
from kvstudy.datasets.passages import Passage, Question, gives_away
from kvstudy.datasets.shares import Shares, by_shares
from kvstudy.datasets.subjects import SUBJECTS
from kvstudy.datasets.subjects.facts import ORIGIN, Ask, Fact, Subject
from kvstudy.datasets.telling import Told, after_life, in_order
from kvstudy.datasets.world import World
from kvstudy.datasets.writer import Writer, lookup

LENGTHS = (155, 195)  # a passage has one of these, give or take SLACK words
SLACK = 5
FORWARD, REVERSE = 4, 2
FACTS = 8
ASIDES = (3, 5)
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
DRAFTS = 8  # to choose from, where types are wanted
LINKS = ("By all accounts, ", "As it happens, ", "According to local records, ", "What is more, ")


def generate(world: World, random: Random, index: int, shares: Shares | None = None) -> Passage:
    """One passage. Subjects take turns by index; a draft is redrawn until it fits.

    With `shares` the types of its six answers are drawn first, the subject is of one of them, and of several drafts
    that fit the one is taken that comes nearest to these types.
    """
    subject, length = SUBJECTS[index % len(SUBJECTS)], random.randint(*LENGTHS)
    if not shares:
        return fitting(world, random, subject, length)
    wanted = Counter(random.choices(list(shares), shares.values(), k=FORWARD + REVERSE))
    subject = by_shares(SUBJECTS, lambda one: type_of(one.draw), wanted, random)[0]
    drafts = [fitting(world, random, subject, length, wanted) for _ in range(DRAFTS)]
    return max(drafts, key=lambda one: (Counter(q.answer_type for q in one.questions) & wanted).total())


def fitting(world: World, random: Random, subject: Subject, length: int, wanted: Shares | None = None) -> Passage:
    """The first draft that fits."""
    while True:
        passage = draft(world, random, subject, wanted)
        if fits(passage, length):
            return passage


def fits(passage: Passage, length: int) -> bool:
    """Whether a draft has about this length and all its questions.

    No question may hold a word of its answer, or the answer of another: but for the one that the subject answers.
    """
    told = {other for one in passage.questions for other in passage.questions if one != other and tells(one, other)}
    return (
        len(told) <= 1
        and abs(len(passage.text.split()) - length) <= SLACK
        and len(passage.questions) == FORWARD + REVERSE
        and not any(gives_away(question.text, question.answers[0]) for question in passage.questions)
    )


def draft(world: World, random: Random, subject: Subject, shares: Shares | None = None) -> Passage:
    """One passage of any length."""
    cast = Cast(world, random, random.randint(*subject.epochs))
    entity = cast.draw(subject.draw)
    own = {"subj": entity.part("city"), "land": entity} if subject.draw == "place" else {"subj": entity}
    facts = sample(subject, random, shares)
    told = [Told(fact, own | {slot: cast.draw(what) for slot, what in fact.slots.items()}) for fact in facts]
    opening, body = told[0], in_order(told[1:], subject, random)
    writer = Writer(random, subject.noun or entity.form.split()[-1].lower())
    opening.stating = writer.sentence(random.choice(opening.fact.plans), opening.slots)
    room = [number for number, one in enumerate(body) if not after_life(one.fact, subject)]
    pauses = random.sample(room, min(len(room), random.randint(*ASIDES)))
    asides = random.sample(subject.asides, len(pauses))
    links = random.sample(LINKS, 2)
    for number, one in enumerate(body):
        plan = random.choice(one.fact.plans)
        if links and number and can_follow(one.fact, plan) and random.random() < 0.3:
            plan = links.pop() + plan
        one.stating = writer.sentence(plan, one.slots)
        if number in pauses:
            writer.sentence(asides.pop(), own)
    return Passage(writer.text, tuple(writer.mentions), questions(told, random, shares))


def can_follow(fact: Fact, plan: str) -> bool:
    """Whether the plan may come after one of the links: not where it says how a story began or what happened then."""
    return plan.startswith("{subj}") and fact.part != ORIGIN and " then " not in plan


def sample(subject: Subject, random: Random, shares: Shares | None = None) -> list[Fact]:
    """The opening, the first fact and others at random, so that not too many entities of a kind are told apart.

    With `shares`, facts that tell of the types asked for most come sooner.
    """
    origin, *others = subject.facts
    facts = [subject.opening, origin]
    order = random.sample(others, len(others))
    if shares:
        order = by_shares(
            order, lambda fact: max(map(type_of, fact.slots.values()), key=lambda t: shares.get(t, 0)), shares, random
        )
    for fact in order:
        drawn = Counter(what.split()[0] for known in (*facts, fact) for what in known.slots.values())
        drawn[subject.draw] += 1
        if len(facts) < FACTS and all(drawn[what] <= most for what, most in MOST.items()):
            facts.append(fact)
    return facts


def questions(told: list[Told], random: Random, shares: Shares | None = None) -> tuple[Question, ...]:
    """Six questions on six facts, or fewer if the facts allow no more.

    Their answers are of as many types as possible, or of types drawn by `shares`.
    """

    def answer_type(pair: tuple[int, Ask]) -> str:
        return lookup(told[pair[0]].slots, pair[1].answer).type

    back = asks(told, "reverse")
    subject = [(n, ask) for n, ask in back if ask.answer == "subj"]
    others = [(n, ask) for n, ask in back if ask.answer != "subj"]
    chosen: list[tuple[int, Ask]] = []
    for candidates in (*[others] * (REVERSE - 1), subject, *[asks(told, "forward")] * FORWARD):
        used = [n for n, _ in chosen]
        types = Counter(map(answer_type, chosen))
        free = [(n, ask) for n, ask in candidates if n not in used]
        random.shuffle(free)
        if shares:
            chosen += by_shares(free, answer_type, shares, random)[:1]
        else:
            chosen += sorted(free, key=lambda pair: types[answer_type(pair)])[:1]
    random.shuffle(chosen)
    return odd([(ask, told[n]) for n, ask in chosen], random)


def asks(told: list[Told], direction: str) -> list[tuple[int, Ask]]:
    """The questions of one direction that the facts allow, each with its fact's number."""
    return [(n, ask) for n, one in enumerate(told) for ask in one.fact.asks if ask.direction == direction]


def odd(chosen: list[tuple[Ask, Told]], random: Random) -> tuple[Question, ...]:
    """The questions as asked, but one of them for another form or for a part of its answer, if any of them can be."""
    asked = [whole(ask, one, random) for ask, one in chosen]
    others: dict[str, list[tuple[int, Question]]] = {}
    for number, (ask, one) in enumerate(chosen):
        for question in variants(asked[number], lookup(one.slots, ask.answer), one.stating):
            if question.type != "standard":
                others.setdefault(question.type, []).append((number, question))
    if others:
        number, question = random.choice(others[random.choice(sorted(others))])
        asked[number] = question
    return tuple(asked)
