"""`long_context`: 900 to 1,300 words about four to six subjects, and ten questions whose evidence lies far apart.

The text goes round twice: first it tells how each subject began, then it comes back to each of them. Four questions
need two regions: they name an entity only by what an earlier region says of it, be it one of its own facts or its
relation to another subject. Half of the questions are reverse, and every fifth of the text holds some evidence.
"""

from itertools import combinations
from random import Random

from kvstudy.datasets.base import Told, in_order
from kvstudy.datasets.cast import Cast
from kvstudy.datasets.passages import Passage
from kvstudy.datasets.regions import Story, choose, far, near
from kvstudy.datasets.sections import BEGINNINGS, ENDINGS, RETURNS, TURNS, asides, clear, room_for_link, section
from kvstudy.datasets.subjects import SUBJECTS
from kvstudy.datasets.weaving import Topic, Weaver, affordable, draw_topics, fill, tie
from kvstudy.datasets.world import World

WORDS = (900, 1300)
EPOCHS = (1790, 1830)
FACTS = {4: 9, 5: 8, 6: 6}  # told of a subject, by the number of subjects
LINKS = (2, 3)  # told in the first and in the second round
PAUSES = (1, 3)  # asides in a section
APART = 300  # words at least between the two regions of a question
PIECES = 5  # each of these pieces of the text holds the evidence of some question
QUESTIONS = (  # hop, type and direction
    (1, "standard", "reverse"),
    (1, "standard", "reverse"),
    (1, "standard", "forward"),
    (1, "standard", "forward"),
    (0, "part", "forward"),
    (0, "manipulated", "reverse"),
    (0, "standard", "forward"),
    (0, "standard", "reverse"),
    (0, "standard", "forward"),
    (0, "standard", "reverse"),
)


def generate(world: World, random: Random, index: int) -> Passage:
    """One passage. The kind that always has a part in it takes turns by index; a draft that will not do is redrawn."""
    while True:
        passage = draft(world, random, index)
        if passage:
            return passage


def draft(world: World, random: Random, index: int) -> Passage | None:
    """One passage; None if it needs more months or countries than there are, or has the wrong length or questions."""
    first = SUBJECTS[index % len(SUBJECTS)]
    count = random.choice(list(FACTS))
    subjects = [first, *random.sample([one for one in SUBJECTS if one is not first], count - 1)]
    random.shuffle(subjects)
    facts = [[one.opening, one.facts[0], *random.sample(one.facts[1:], FACTS[count] - 2)] for one in subjects]
    if not affordable([fact for some in facts for fact in some], subjects):
        return None
    cast = Cast(world, random, random.randint(*EPOCHS))
    topics = draw_topics(subjects, cast)
    told = [[fill(fact, topic, cast) for fact in some] for topic, some in zip(topics, facts, strict=True)]
    if not all(clear(topic, some) for topic, some in zip(topics, told, strict=True)):
        return None
    stories = [halves(topic, some, random) for topic, some in zip(topics, told, strict=True)]
    relate(stories, random)
    weaver = Weaver(random)
    write(weaver, stories)
    if not WORDS[0] <= len(weaver.text.split()) <= WORDS[1]:
        return None
    options = [*far(weaver.text, stories, APART, random), *near(weaver.text, stories, random)]
    asked = choose(options, QUESTIONS, weaver.text)
    spread = {PIECES * question.evidence[0][0] // len(weaver.text) for question in asked}
    if len(asked) < len(QUESTIONS) or len(spread) < PIECES:
        return None
    return Passage(weaver.text, tuple(weaver.mentions), tuple(random.sample(asked, len(asked))))


def halves(topic: Topic, facts: list[Told], random: Random) -> Story:
    """A story in two halves, in order; the opening begins the first."""
    opening, *rest = facts
    rest = in_order(rest, topic.subject, random)
    middle = len(rest) // 2
    return Story(topic, ([opening, *rest[:middle]], rest[middle:]), ([], []))


def relate(stories: list[Story], random: Random) -> None:
    """Draw the relations that are told in each round, no two of them between the same two topics."""
    pairs = list(combinations(random.sample(stories, len(stories)), 2))
    drawn = random.sample(pairs, sum(LINKS))
    for number, some in enumerate((drawn[: LINKS[0]], drawn[LINKS[0] :])):
        for one, other in some:
            one.links[number].append(tie(one.topic, other.topic))


def write(weaver: Weaver, stories: list[Story]) -> None:
    """Tell the first half of every story, then come back to each of them in another order."""
    random = weaver.random
    pauses = {story.topic.subject.draw: asides(story.topic.subject, random) for story in stories}
    returns = random.sample(RETURNS, len(stories))
    later = random.sample(stories[:-1], len(stories) - 1)
    later.insert(random.randint(1, len(later)), stories[-1])  # not first: it was told last
    weaver.sentence(random.choice(BEGINNINGS), {})
    for story in stories:
        if story is not stories[0]:
            weaver.sentence(random.choice(TURNS[story.topic.subject.draw]), {})
        half(weaver, story, 0, pauses[story.topic.subject.draw])
    for story, back in zip(later, returns, strict=True):
        weaver.aside(story.topic, back)
        half(weaver, story, 1, pauses[story.topic.subject.draw])
    weaver.sentence(random.choice(ENDINGS), {})


def half(weaver: Weaver, story: Story, number: int, pauses: list[str]) -> None:
    """Tell what one of the rounds says of a topic, with some of the asides, which are used up."""
    facts = list(story.facts[number])
    for link in story.links[number]:
        facts.insert(weaver.random.randint(*room_for_link(story.topic, facts)), link)
    count = weaver.random.randint(*PAUSES)
    section(weaver, story.topic, facts, [pauses.pop() for _ in range(count)])
