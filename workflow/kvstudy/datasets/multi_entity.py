"""`multi_entity`: 400 to 600 words about four to six related subjects, and ten questions, half of them reverse.

Two of the subjects are of one kind and are told by the same facts, so that every one of these has a rival; the others
differ in kind. Each story leads to the next subject. Some are broken off, and taken up again at the end; so is every
life, before its end.
"""

from random import Random

from kvstudy.datasets.asking import candidates, ten
from kvstudy.datasets.cast import Cast
from kvstudy.datasets.passages import Passage
from kvstudy.datasets.shares import Shares
from kvstudy.datasets.subjects import SUBJECTS
from kvstudy.datasets.subjects.facts import Fact, Subject
from kvstudy.datasets.telling import Told, after_life, in_order
from kvstudy.datasets.weaving import Topic, Weaver, affordable, can_lead, draw_topics, fill, tie
from kvstudy.datasets.world import World

WORDS = (400, 600)
EPOCHS = (1790, 1850)
OTHERS = (2, 4)  # subjects besides the two of one kind
FACTS = {4: (5, 6), 5: (3, 4), 6: (2, 3)}  # told of a subject besides its opening, by the number of subjects
ASIDE = 0.1  # share of facts that an aside precedes
LINKED = 0.2  # share of facts that a connective introduces, if they begin with the subject
BACK = 3  # subjects to which the passage comes back
CONNECTIVES = (
    "By all accounts, {subj} ",
    "As far as is known, {subj} ",
    "According to the records, {subj} ",
    "As is well known, {subj} ",
)
RETURNS = (
    "As for {subj}, {pronoun} ",
    "To come back to {subj}, {pronoun} ",
    "There is more to be said about {subj}: {pronoun} ",
    "Another word about {subj}: {pronoun} ",
)


def generate(world: World, random: Random, index: int, shares: Shares | None = None) -> Passage:
    """One passage. The kind of the pair takes turns by index; a draft too short, too long or too simple is redrawn."""
    while True:
        passage = draft(world, random, index, shares)
        if passage and WORDS[0] <= len(passage.text.split()) <= WORDS[1] and len(passage.questions) == 10:
            return passage


def draft(world: World, random: Random, index: int, shares: Shares | None = None) -> Passage | None:
    """One passage of any length; None if it would need more months or countries than there are."""
    twin = SUBJECTS[index % len(SUBJECTS)]
    others = random.sample([one for one in SUBJECTS if one is not twin], random.randint(*OTHERS))
    subjects = in_line(twin, others, random)
    count = random.randint(*FACTS[len(subjects)])
    shared = sample(twin, count + 1, random)
    facts = [shared if one is twin else sample(one, count, random) for one in subjects]
    if not affordable([fact for some in facts for fact in some], subjects):
        return None
    cast = Cast(world, random, random.randint(*EPOCHS))
    topics = draw_topics(subjects, cast)
    stories = [[fill(fact, topic, cast) for fact in some] for topic, some in zip(topics, facts, strict=True)]
    weaver = Weaver(random)
    told = write(weaver, topics, stories)
    questions = ten(candidates(told, random), random, range(len(topics) - 1), shares)
    return Passage(weaver.text, tuple(weaver.mentions), questions)


def in_line(twin: Subject, others: list[Subject], random: Random) -> list[Subject]:
    """Two of the one kind and one each of the others, in an order in which the two are not neighbours."""
    line = others[:]
    first = random.randrange(len(line))
    line.insert(first, twin)
    line.insert(random.randint(first + 2, len(line)), twin)
    return line


def sample(subject: Subject, count: int, random: Random) -> list[Fact]:
    """The opening, the first fact and others at random."""
    return [subject.opening, subject.facts[0], *random.sample(subject.facts[1:], count - 1)]


def write(weaver: Weaver, topics: list[Topic], stories: list[list[Told]]) -> list[Told]:
    """Tell the stories one by one, each with a link to the next, come back to some; all that was told, links first."""
    random = weaver.random
    asides = {topic.subject.draw: random.sample(topic.subject.asides, len(topic.subject.asides)) for topic in topics}
    back = random.sample(topics[:-1], BACK)
    links, later = [], []
    for number, (topic, (opening, *rest)) in enumerate(zip(topics, stories, strict=True)):
        if number:
            links.append(tie(topics[number - 1], topic))
            weaver.tell(topics[number - 1], links[-1])
        rest = in_order(rest, topic.subject, random)
        told = len(rest) if topic is topics[-1] else broken_off(rest, topic, topic in back)
        weaver.tell(topic, opening)
        tell(weaver, topic, rest[:told], asides)
        later += [(topic, rest[told:])] if rest[told:] else []
    for topic, (leader, *rest) in random.sample(later, len(later)):
        weaver.tell(topic, leader, weaver.wordings.take(RETURNS))
        tell(weaver, topic, rest, asides)
    return [*links, *(one for story in stories for one in story)]


def broken_off(rest: list[Told], topic: Topic, back: bool) -> int:
    """How many of the facts are told before the link to the next topic; a life does not end before it."""
    half = len(rest) // 2 if back else len(rest)
    for number, one in enumerate(rest):
        if after_life(one.fact, topic.subject) or (number >= half and can_lead(one.fact)):
            return number
    return len(rest)


def tell(weaver: Weaver, topic: Topic, told: list[Told], asides: dict[str, list[str]]) -> None:
    """Tell some facts of the topic of the sentence before, now and then with an aside or a connective."""
    for one in told:
        left = asides[topic.subject.draw]
        if left and weaver.random.random() < ASIDE and not after_life(one.fact, topic.subject):
            weaver.aside(topic, left.pop())
        lead = weaver.wordings.take(CONNECTIVES) if weaver.random.random() < LINKED else ""
        weaver.tell(topic, one, lead)
