"""`hops`: about 1,100 words on a subject and three entities linked to it in a chain, and 16 questions, four a hop.

Each story is told in a section of its own, in any order; one sentence in it states the link to the next entity. A
question of hop k asks for an attribute of the k-th linked entity, which it never names: it describes it by the k links
that lead to it from the subject. Asides make up the length.
"""

from dataclasses import replace
from itertools import combinations, pairwise
from random import Random

from kvstudy.datasets.asking import choose
from kvstudy.datasets.base import Told, in_order
from kvstudy.datasets.cast import Cast
from kvstudy.datasets.entities import Entity
from kvstudy.datasets.passages import Passage, Question, evidence
from kvstudy.datasets.sections import (
    BEGINNINGS,
    ENDINGS,
    TURNS,
    about,
    asides,
    clear,
    followed,
    room_for_link,
    section,
    stated_once,
    words_between,
)
from kvstudy.datasets.subjects import SUBJECTS
from kvstudy.datasets.weaving import Topic, Weaver, affordable, draw_topics, fill, tie
from kvstudy.datasets.world import World

WORDS = (1080, 1120)
EPOCHS = (1790, 1830)
LINKED = 3  # entities in the chain after the subject
EACH = 4  # questions a hop
FACTS = 9  # of each entity, its links not counted
PAUSES = (6, 8)  # asides in a section
APART = 100  # words at least between any two statements that one question needs
LAST = ("standard", "standard", "standard", "manipulated", "part")  # type of the last question of a hop


def generate(world: World, random: Random, index: int) -> Passage:
    """One passage. The kind of the subject takes turns by index; a draft that will not do is redrawn."""
    while True:
        passage = draft(world, random, index)
        if passage:
            return passage


def draft(world: World, random: Random, index: int) -> Passage | None:
    """One passage; None if it needs more months or countries than there are, or has the wrong length or questions."""
    subject = SUBJECTS[index % len(SUBJECTS)]
    chain = [subject, *random.sample([one for one in SUBJECTS if one is not subject], LINKED)]
    facts = [[one.opening, one.facts[0], *random.sample(one.facts[1:], FACTS - 2)] for one in chain]
    if not affordable([fact for some in facts for fact in some], chain):
        return None
    cast = Cast(world, random, random.randint(*EPOCHS))
    topics = draw_topics(chain, cast)
    stories = [[fill(fact, topic, cast) for fact in some] for topic, some in zip(topics, facts, strict=True)]
    if not all(clear(topic, story) for topic, story in zip(topics, stories, strict=True)):
        return None
    links = [tie(one, other) for one, other in pairwise(topics)]
    weaver = Weaver(random)
    write(weaver, topics, stories, links)
    if not WORDS[0] <= len(weaver.text.split()) <= WORDS[1]:
        return None
    asked = questions(weaver.text, topics, stories, links, random)
    return Passage(weaver.text, tuple(weaver.mentions), asked) if len(asked) == EACH * len(chain) else None


def write(weaver: Weaver, topics: list[Topic], stories: list[list[Told]], links: list[Told]) -> None:
    """Tell the stories in random order, each with its link to the next entity, far from that entity's own section."""
    random = weaver.random
    order = random.sample(range(len(topics)), len(topics))
    weaver.sentence(random.choice(BEGINNINGS), {})
    for place, number in enumerate(order):
        topic, (opening, *rest) = topics[number], stories[number]
        facts = [opening, *in_order(rest, topic.subject, random)]
        if number < len(links):
            first, last = room_for_link(topic, facts)
            toward = order.index(number + 1) - place
            first, last = {1: (first, first + 1), -1: (last - 1, last)}.get(toward, (first, last))
            facts.insert(random.randint(first, last), links[number])
        if place:
            weaver.sentence(random.choice(TURNS[topic.subject.draw]), {})
        section(weaver, topic, facts, asides(topic.subject, random)[: random.randint(*PAUSES)])
    weaver.sentence(random.choice(ENDINGS), {})


def questions(
    text: str, topics: list[Topic], stories: list[list[Told]], links: list[Told], random: Random
) -> tuple[Question, ...]:
    """Four questions a hop, or fewer if the facts allow no more; in random order."""
    asked: list[Question] = []
    for hop, (topic, story) in enumerate(zip(topics, stories, strict=True)):
        bridge = tuple(evidence(link.stating, link.slots["next"])[0] for link in links[:hop])
        names = [name(topics[: hop + 1], random) for _ in story]
        found = []
        for candidate in about(story, topic, names, random):
            question = replace(candidate.question, hop=hop, bridge=bridge)
            if stated_once(text, question) and far_apart(text, (*bridge, *question.evidence)):
                found.append(replace(candidate, question=question))
        asked += choose(found, [("standard", "forward")] * (EACH - 1) + [(random.choice(LAST), "forward")])
    return tuple(random.sample(asked, len(asked)))


def name(chain: list[Topic], random: Random) -> Entity:
    """The last topic of a chain as a question speaks of it, which knows the name of the first only."""
    named = chain[0].name
    for one, other in pairwise(chain):
        named = followed(one, named, other, random)
    return named


def far_apart(text: str, spans: tuple[tuple[int, int], ...]) -> bool:
    """Whether any two of the spans have enough words between them."""
    return all(words_between(text, *pair) >= APART for pair in combinations(spans, 2))
