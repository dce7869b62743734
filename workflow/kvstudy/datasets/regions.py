"""Questions on a text that tells its stories in two rounds: on one region of it, and on two that lie far apart."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from kvstudy.datasets.asking import candidates
from kvstudy.datasets.entities import Entity
from kvstudy.datasets.passages import Question, evidence, gives_away
from kvstudy.datasets.relations import between
from kvstudy.datasets.sections import NOUNS, about, followed, readable, stated_once, words_between
from kvstudy.datasets.telling import Told
from kvstudy.datasets.weaving import Topic
from kvstudy.datasets.writer import wording

TENTHS = 10


@dataclass
class Story:
    """What each of the two rounds tells of one topic; its relations to other topics apart."""

    topic: Topic
    facts: tuple[list[Told], list[Told]]
    links: tuple[list[Told], list[Told]]


@dataclass(frozen=True)
class Option:
    """A question that might be asked, and the facts that it mentions or rests on."""

    told: tuple[Told, ...]
    question: Question


@dataclass(frozen=True)
class Description:
    """What a question may call a topic instead of its name, and the fact or relation that says so."""

    told: Told
    named: Entity


def near(text: str, stories: list[Story], random: Random) -> list[Option]:
    """The questions that one region answers."""
    told = [one for story in stories for some in (*story.facts, *story.links) for one in some]
    found = candidates(told, random)
    return [Option((told[one.fact],), one.question) for one in found if grounded(text, one.question)]


def far(text: str, stories: list[Story], apart: int, random: Random) -> list[Option]:
    """The questions that need two regions, at least so many words apart; the first says what they call an entity.

    What the second region tells of this entity, the text tells of another one, too.
    """
    told = [one for story in stories for some in (*story.facts, *story.links) for one in some]
    found = []
    for story in stories:
        for description in descriptions(story, stories, random):
            bridge = evidence(description.told.stating, story.topic.name)
            last = max((mention.start, mention.end) for mention in description.told.stating)
            asked = (*onward(description, story, random), *backward(description, story, stories, random))
            for option in asked:
                question = replace(option.question, hop=1, bridge=bridge)
                first = question.evidence[0]
                distant = last < first and words_between(text, last, first) >= apart
                if distant and rivalled(option.told[-1], told) and grounded(text, question):
                    found.append(replace(option, question=question))
    random.shuffle(found)
    return found


def descriptions(story: Story, stories: list[Story], random: Random) -> Iterator[Description]:
    """What the first round says of a topic: "the town that stands on the river Bellrun"."""
    topic = story.topic
    for told in story.facts[0]:
        for ask in told.fact.asks:
            phrase = relative(random.choice(ask.texts), NOUNS[topic.subject.draw])
            if ask.answer == "subj" and phrase:
                said = wording(phrase, told.slots)
                yield Description(told, Entity(topic.name.type, said[0].lower() + said[1:]))
    for other in stories:
        for link in other.links[0]:
            if link.slots["next"] == topic.name:
                yield Description(link, followed(other.topic, other.topic.name, topic, random))


def rivalled(one: Told, told: list[Told]) -> bool:
    """Whether the same is told of something else, with another value."""
    return any(other is not one and other.fact == one.fact for other in told)


def relative(question: str, noun: str) -> str:
    """What a question asks for: "Which town has a mint?" is "the town that has a mint". Empty if it cannot be told."""
    for start, said in (("Who ", "the person who "), (f"Which {noun} ", f"the {noun} that ")):
        if question.startswith(start) and not question.startswith(f"{start}did "):
            return said + question.removeprefix(start).removesuffix("?")
    return ""


def onward(description: Description, story: Story, random: Random) -> Iterator[Option]:
    """What the second round tells of the topic described."""
    for told in story.facts[1]:
        for candidate in about([told], story.topic, [description.named], random):
            yield Option((description.told, told), candidate.question)


def backward(description: Description, story: Story, stories: list[Story], random: Random) -> Iterator[Option]:
    """Which other topic is related to the one described, as the second round tells."""
    topic = story.topic
    for other in stories:
        for link in other.links[1]:
            if link.slots["next"] == topic.name:
                back = between(other.topic.subject.draw, topic.subject.draw).back
                text = wording(back, {"next": description.named})
                text = readable(text, description.named.form, NOUNS[topic.subject.draw], random)
                answer = other.topic.name
                if not gives_away(text, answer.form):
                    stated = evidence(link.stating, answer)
                    question = Question(text, answer.answers, answer.type, "standard", "reverse", stated)
                    yield Option((description.told, link), question)


def grounded(text: str, question: Question) -> bool:
    """Whether the answer of a forward question is stated a single time."""
    return question.direction == "reverse" or stated_once(text, question)


def choose(options: list[Option], wanted: tuple[tuple[int, str, str], ...], text: str) -> tuple[Question, ...]:
    """Questions of the wanted (hop, type, direction), fewer where there are none left.

    No two of them rest on one fact, and none tells the answer of another. Those come first whose evidence lies where
    there is little of it so far, then those of the answer types that are rarest so far.
    """
    chosen: list[Option] = []
    for key in wanted:
        places = Counter(tenth(text, one.question) for one in chosen)
        types = Counter(one.question.answer_type for one in chosen)
        free = [one for one in options if sort(one.question) == key and not any(clash(one, other) for other in chosen)]
        chosen += sorted(free, key=lambda one: (places[tenth(text, one.question)], types[one.question.answer_type]))[:1]
    return tuple(one.question for one in chosen)


def sort(question: Question) -> tuple[int, str, str]:
    """Hop, type and direction."""
    return question.hop, question.type, question.direction


def tenth(text: str, question: Question) -> int:
    """In which tenth of the text the evidence lies, from 0."""
    return TENTHS * question.evidence[0][0] // len(text)


def clash(one: Option, other: Option) -> bool:
    """Whether two questions rest on one fact, or one holds an answer of the other or has it, too."""
    first, second = one.question, other.question
    return (
        any(a is b for a in one.told for b in other.told)
        or bool(set(first.answers) & set(second.answers))
        or any(form in second.text for form in first.answers)
        or any(form in first.text for form in second.answers)
    )
