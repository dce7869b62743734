"""`long_context`: 900 to 1,300 words about four to six subjects, and ten questions whose evidence lies far apart.

The text goes round twice: first it tells how each subject began, then it comes back to each of them. Four questions
need two regions: they name an entity only by what an earlier region says of it, be it one of its own facts or its
relation to another subject. Half of the questions are reverse, and every fifth of the text holds some evidence.

The subjects are of two or three kinds. The same attributes are told of all subjects of a kind, and every relation of
two of them, so that the first region has to be found to tell whom the question means.
"""

from itertools import permutations
from random import Random

from kvstudy.datasets.cast import Cast
from kvstudy.datasets.passages import Passage
from kvstudy.datasets.regions import Story, choose, far, near
from kvstudy.datasets.sections import BEGINNINGS, ENDINGS, RETURNS, asides, clear, frame, room_for_link, section, turn
from kvstudy.datasets.subjects import SUBJECTS
from kvstudy.datasets.telling import Told, in_order
from kvstudy.datasets.weaving import Topic, Weaver, affordable, draw_topics, fill, tie
from kvstudy.datasets.world import World

WORDS = (900, 1300)
EPOCHS = (1790, 1830)
KINDS = ((2, 2), (3, 2), (2, 2, 2))  # how many subjects there are of each kind
FACTS = {4: 11, 5: 11, 6: 9}  # told of a subject, by the number of subjects
ROUNDS = (0, 1, 1)  # in which round the relations of two kinds are told
PAUSES = {4: (2, 2), 5: (0, 1), 6: (0, 1)}  # asides in a section, by the number of subjects
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
    counts = random.choice(KINDS)
    kinds = [first, *random.sample([one for one in SUBJECTS if one is not first], len(counts) - 1)]
    subjects = [kind for kind, count in zip(kinds, counts, strict=True) for _ in range(count)]
    random.shuffle(subjects)
    told = FACTS[len(subjects)] - 2
    sample = {kind.draw: [kind.opening, kind.facts[0], *random.sample(kind.facts[1:], told)] for kind in kinds}
    facts = [sample[one.draw] for one in subjects]
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
    """Draw how one kind of subject is related to another: one such relation for the first round, the rest later."""
    kinds = list({story.topic.subject.draw: story.topic.subject for story in stories}.values())
    drawn = random.sample(list(permutations(kinds, 2)), len(kinds))
    for (source, target), number in zip(drawn, ROUNDS, strict=False):
        pairs = [random.sample([one for one in stories if one.topic.subject is kind], 2) for kind in (source, target)]
        for one, other in zip(*pairs, strict=True):
            one.links[number].append(tie(one.topic, other.topic))


def write(weaver: Weaver, stories: list[Story]) -> None:
    """Tell the first half of every story, then come back to each of them in another order."""
    random = weaver.random
    pauses = {story.topic.subject.draw: asides(story.topic.subject, random) for story in stories}
    returns = random.sample(RETURNS, len(stories))
    later = random.sample(stories[:-1], len(stories) - 1)
    later.insert(random.randint(1, len(later)), stories[-1])  # not first: it was told last
    frame(weaver, BEGINNINGS)
    for number, story in enumerate(stories):
        turn(weaver, story.topic, [other.topic for other in stories[:number]])
        half(weaver, story, 0, pauses[story.topic.subject.draw], PAUSES[len(stories)])
    for story, back in zip(later, returns, strict=True):
        weaver.aside(story.topic, back)
        half(weaver, story, 1, pauses[story.topic.subject.draw], PAUSES[len(stories)])
    frame(weaver, ENDINGS)


def half(weaver: Weaver, story: Story, number: int, pauses: list[str], few: tuple[int, int]) -> None:
    """Tell what one of the rounds says of a topic, with a few of the asides, which are used up."""
    facts = list(story.facts[number])
    for link in story.links[number]:
        facts.insert(weaver.random.randint(*room_for_link(story.topic, facts)), link)
    section(weaver, story.topic, facts, [pauses.pop() for _ in range(weaver.random.randint(*few))])
