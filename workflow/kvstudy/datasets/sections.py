"""A long text in sections, each about one topic, and questions that describe a topic instead of naming it."""

from dataclasses import replace
from random import Random

from kvstudy.datasets.asides import ASIDES
from kvstudy.datasets.asking import Candidate, candidates
from kvstudy.datasets.base import LINKS, Told
from kvstudy.datasets.entities import Entity
from kvstudy.datasets.passages import Question
from kvstudy.datasets.relations import between
from kvstudy.datasets.subjects.facts import TODAY, Ask, Subject
from kvstudy.datasets.weaving import Topic, Weaver
from kvstudy.datasets.writer import SLOT, article

NOUNS = {
    "person": "person",
    "organizations": "organisation",
    "things": "object",
    "creatures": "animal",
    "place": "town",
    "events": "event",
}
BEGINNINGS = (
    "What follows was put together from ledgers, letters and the talk of old people.",
    "The notes below were made over several summers and have been copied out in no particular order.",
    "Some stories only make sense when they are told side by side.",
    "A whole shelf could be filled with what is known about these matters, but a few pages will have to do.",
    "This is an attempt to set down what people in those parts tell their visitors.",
)
ENDINGS = (
    "Anyone who knows more is asked to write to the editor.",
    "There the notes end, though the stories surely go on.",
    "The rest is rumour and does not belong here.",
    "How much of this will be remembered in a hundred years is anybody's guess.",
    "More could be told, but the lamp is burning low.",
)
TURNS = {  # to a section about what has not been told of yet
    "person": (
        "One life among many deserves a longer look.",
        "Then there is a person whose name still comes up at many a kitchen table.",
        "Some of all this is about walls and papers, but the next part is about a human being.",
    ),
    "organizations": (
        "Institutions have long memories, and one of them has a longer memory than most.",
        "No account of this kind is complete without an institution.",
        "At this point a respectable institution enters the story.",
    ),
    "things": (
        "Objects can have stranger lives than people.",
        "There is also an object to be described, and that takes a little patience.",
        "Something must be said about an object, too, for it has seen a good deal.",
    ),
    "creatures": (
        "Not everything worth telling is about human beings.",
        "Some space must be kept for an animal.",
        "Those who care more for animals than for people will like what comes next.",
    ),
    "place": (
        "It is time to unfold the map and look at a town.",
        "Every story needs somewhere to happen, and for some of them it is a town.",
        "Those who travel with open eyes will sooner or later hear of a certain town.",
    ),
    "events": (
        "Then there are the days on which nobody works.",
        "People do not only work and quarrel; they also celebrate.",
        "There is one week that many look forward to all year.",
    ),
}
RETURNS = (  # to a section about what has been told of before
    "There is more to be said about {subj}.",
    "That brings the account back to {subj}.",
    "It is worth returning to {subj} at this point.",
    "So much for that; {subj} must not be forgotten.",
    "Here the thread leads back to {subj}.",
    "A second look at {subj} will not do any harm.",
    "Enough of that, and once more a word about {subj}.",
)
LINKED = 0.2  # share of facts that a connective precedes


def asides(subject: Subject, random: Random) -> list[str]:
    """All of a subject's asides, short and long, in random order."""
    every = [*subject.asides, *ASIDES[subject.draw]]
    return random.sample(every, len(every))


def room_for_link(topic: Topic, facts: list[Told]) -> tuple[int, int]:
    """Between which places of its story a relation can be told: of a person, neither in childhood nor after death."""
    if topic.subject.draw != "person":
        return min(2, len(facts)), len(facts)
    last = sum(told.fact.part != TODAY for told in facts)
    return min(len(facts) // 2 + 1, last), last


def section(weaver: Weaver, topic: Topic, facts: list[Told], pauses: list[str]) -> None:
    """Tell the facts in order, with an aside behind some of them; there are no more asides than facts."""
    random = weaver.random
    behind = dict(zip(random.sample(range(len(facts)), len(pauses)), pauses, strict=True))
    for number, told in enumerate(facts):
        lead = random.choice(LINKS) + "{subj} " if number and random.random() < LINKED else ""
        weaver.tell(topic, told, lead)
        if number in behind:
            weaver.aside(topic, behind[number])


def clear(topic: Topic, story: list[Told]) -> bool:
    """Whether nothing in a topic's own story ends on the word by which it goes: no other bell beside the Ashen Bell."""
    others = [entity for told in story for entity in told.slots.values() if entity not in topic.own.values()]
    return all(entity.form.split()[-1].lower() != topic.noun for entity in others)


def words_between(text: str, one: tuple[int, int], other: tuple[int, int]) -> int:
    """Number of words from one span to another, whichever comes first."""
    first, second = sorted((one, other))
    return len(text[first[1] : second[0]].split())


def stated_once(text: str, question: Question) -> bool:
    """Whether the text holds the answer's form a single time, whatever it stands for."""
    return text.lower().count(question.answers[0].lower()) == 1


def mentioned(entity: Entity) -> str:
    """The entity's form within a sentence."""
    return article(entity, some=False, bare=False) + entity.form


def followed(one: Topic, named: Entity, other: Topic, random: Random) -> Entity:
    """What a question calls a topic that is related to another, which it calls `named`."""
    link = between(one.subject.draw, other.subject.draw)
    return Entity(other.name.type, random.choice(link.followed).replace("{subj}", mentioned(named)))


def about(told: list[Told], topic: Topic, names: list[Entity], random: Random) -> list[Candidate]:
    """The forward questions about a topic itself that these facts allow.

    `names` holds, for each fact, what its questions call the topic: its name, or a description in place of it.
    """
    speaking = [
        replace(one, fact=replace(one.fact, asks=own_asks(one)), slots=one.slots | {"subj": named})
        for one, named in zip(told, names, strict=True)
    ]
    found = candidates(speaking, random)
    if topic.name in names:
        return found
    noun = NOUNS[topic.subject.draw]
    texts = [readable(one.question.text, mentioned(names[one.fact]), noun, random) for one in found]
    return [replace(one, question=replace(one.question, text=t)) for one, t in zip(found, texts, strict=True)]


def own_asks(told: Told) -> tuple[Ask, ...]:
    """The fact's forward questions, with only those wordings that name its subject and nothing else."""
    found = []
    for ask in told.fact.asks:
        texts = tuple(text for text in ask.texts if [slot for _, slot, _ in SLOT.findall(text)] == ["subj"])
        if ask.direction == "forward" and texts:
            found.append(replace(ask, texts=texts))
    return tuple(found)


def readable(text: str, phrase: str, noun: str, random: Random) -> str:
    """The question; where words would follow a long phrase, the phrase is put first and "this person" in its place."""
    if text.endswith(f"{phrase}?"):
        return text
    asked = text.replace(phrase, f"this {noun}")
    return f"{random.choice(('Consider', 'Think of', 'Take'))} {phrase}: {asked[0].lower()}{asked[1:]}"
