"""`hops`: about 1,100 words on a subject and three entities linked to it in a chain, and 16 questions, four a hop.

Every story is told in a section of its own, in any order; one sentence in it states the link to the next entity. A
question of hop k asks for an attribute of the k-th linked entity, which it never names: it describes it by the k links
that lead to it from the subject. Each linked entity has a twin, another of its kind of which the same attributes are
told. The twins are linked in the same way, from a twin of the subject on, so that a question needs every one of its
links to tell which of the two is meant.
"""

from dataclasses import replace
from itertools import combinations, pairwise
from random import Random

from kvstudy.datasets.asking import choose
from kvstudy.datasets.cast import Cast
from kvstudy.datasets.entities import Entity
from kvstudy.datasets.passages import Passage, Question, evidence, gives_away
from kvstudy.datasets.sections import (
    BEGINNINGS,
    ENDINGS,
    NOUNS,
    about,
    asides,
    clear,
    followed,
    frame,
    mentioned,
    room_for_link,
    section,
    stated_once,
    turn,
    words_between,
)
from kvstudy.datasets.subjects import SUBJECTS
from kvstudy.datasets.telling import Told, in_order
from kvstudy.datasets.weaving import Topic, Weaver, affordable, draw_topics, fill, tie
from kvstudy.datasets.world import World

WORDS = (1080, 1120)
EPOCHS = (1790, 1830)
LINKED = 3  # entities in the chain after the subject
EACH = 4  # questions a hop
FACTS = 8  # of each entity and its twin, links not counted; of the subject's twin none
PAUSES = (0, 1)  # asides in a section
APART = 100  # words at least between any two statements that one question needs
LAST = ("standard", "standard", "standard", "manipulated", "part")  # type of the last question of a hop
STARTS = ("Start from", "Begin with", "Look for")  # of a question that takes two sentences


def generate(world: World, random: Random, index: int) -> Passage:
    """One passage. The kind of the subject takes turns by index; a draft that will not do is redrawn."""
    while True:
        passage = draft(world, random, index)
        if passage:
            return passage


def draft(world: World, random: Random, index: int) -> Passage | None:
    """One passage; None if it needs more months or countries than there are, or has the wrong length or questions."""
    subject = SUBJECTS[index % len(SUBJECTS)]
    linked = random.sample([one for one in SUBJECTS if one is not subject], LINKED)
    subjects = [subject, *linked] * 2
    facts = [[one.opening, one.facts[0], *random.sample(one.facts[1:], FACTS - 2)] for one in (subject, *linked)]
    facts += [[], *facts[1:]]
    if not affordable([fact for some in facts for fact in some], subjects):
        return None
    cast = Cast(world, random, random.randint(*EPOCHS))
    topics = draw_topics(subjects, cast)
    stories = [[fill(fact, topic, cast) for fact in some] for topic, some in zip(topics, facts, strict=True)]
    if not all(clear(topic, story) for topic, story in zip(topics, stories, strict=True)):
        return None
    chain = topics[: LINKED + 1]
    links = {number: tie(*topics[number : number + 2]) for number in range(len(topics)) if number % len(chain) < LINKED}
    weaver = Weaver(random)
    write(weaver, topics, stories, links)
    if not WORDS[0] <= len(weaver.text.split()) <= WORDS[1]:
        return None
    asked = questions(weaver.text, chain, stories[: len(chain)], [links[hop] for hop in range(LINKED)], random)
    return Passage(weaver.text, tuple(weaver.mentions), asked) if len(asked) == EACH * len(chain) else None


def write(weaver: Weaver, topics: list[Topic], stories: list[list[Told]], links: dict[int, Told]) -> None:
    """Tell the stories in random order, each with the link that leads on from its topic, by the topic's number.

    The subject's twin has no story; its link begins that of the topic to which it leads.
    """
    random = weaver.random
    twin = len(topics) // 2
    pauses = {topic.subject.draw: asides(topic.subject, random) for topic in topics}
    order = shuffled([number for number, story in enumerate(stories) if story], random)
    frame(weaver, BEGINNINGS)
    for place, number in enumerate(order):
        topic, (opening, *rest) = topics[number], stories[number]
        facts = [opening, *in_order(rest, topic.subject, random)]
        if number in links:
            facts.insert(random.randint(*room_for_link(topic, facts)), links[number])
        turn(weaver, topic, [topics[other] for other in order[:place]])
        if number == twin + 1:
            weaver.tell(topics[twin], links[twin])
        few = random.randint(*PAUSES)
        section(weaver, topic, facts, [pauses[topic.subject.draw].pop() for _ in range(few)])
    frame(weaver, ENDINGS)


def shuffled(numbers: list[int], random: Random) -> list[int]:
    """An order of the topics in which none of the chain is next to the one to which it is linked."""
    while True:
        order = random.sample(numbers, len(numbers))
        if all(abs(order.index(number) - order.index(number + 1)) > 1 for number in range(LINKED)):
            return order


def questions(
    text: str, chain: list[Topic], stories: list[list[Told]], links: list[Told], random: Random
) -> tuple[Question, ...]:
    """Four questions a hop, or fewer if the facts allow no more; in random order."""
    asked: list[Question] = []
    for hop, (topic, story) in enumerate(zip(chain, stories, strict=True)):
        bridge = tuple(evidence(link.stating, link.slots["next"])[0] for link in links[:hop])
        described = [description(chain[: hop + 1], random) for _ in story]
        found = []
        for candidate in about(story, topic, [named for _, named in described], random):
            start, _ = described[candidate.fact]
            question = replace(candidate.question, text=start + candidate.question.text, hop=hop, bridge=bridge)
            told = gives_away(start, question.answers[0])
            if not told and stated_once(text, question) and far_apart(text, (*bridge, *question.evidence)):
                found.append(replace(candidate, question=question))
        asked += choose(found, [("standard", "forward")] * (EACH - 1) + [(random.choice(LAST), "forward")])
    return tuple(random.sample(asked, len(asked)))


def description(chain: list[Topic], random: Random) -> tuple[str, Entity]:
    """How a question speaks of the last topic of a chain, which knows the name of the first only.

    A sentence to begin with, empty but for three links, which are too many for one sentence; and the topic as the
    question itself calls it.
    """
    if len(chain) <= LINKED:
        return "", name(chain, random)
    *others, topic = chain
    named = mentioned(name(others, random))
    this = Entity(others[-1].name.type, f"this {NOUNS[others[-1].subject.draw]}")
    return f"{random.choice(STARTS)} {named}. ", followed(others[-1], this, topic, random)


def name(chain: list[Topic], random: Random) -> Entity:
    """The last topic of a chain in a single phrase."""
    named = chain[0].name
    for one, other in pairwise(chain):
        named = followed(one, named, other, random)
    return named


def far_apart(text: str, spans: tuple[tuple[int, int], ...]) -> bool:
    """Whether any two of the spans have enough words between them."""
    return all(words_between(text, *pair) >= APART for pair in combinations(spans, 2))
