"""Several subjects' stories in one text.

A `Topic` is one subject with its entity and the year its story begins; `draw_topics` casts several of them around one
year; `fill` draws what a fact tells of a topic, and `tie` relates two topics. A `Weaver` writes their sentences in any
order: where a sentence turns to another topic it names it in full, unless the sentence before has just named it, and a
pronoun only ever stands for the topic of the sentence before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from kvstudy.datasets.cast import Cast
from kvstudy.datasets.entities import Entity
from kvstudy.datasets.passages import Mention
from kvstudy.datasets.relations import between
from kvstudy.datasets.subjects.facts import Fact, Subject, forward, reverse
from kvstudy.datasets.telling import Told
from kvstudy.datasets.writer import CHOICE, PRONOUNS, Writer

REFERS = re.compile(r"\{(subj|it|its|him)\}")
BORN_BEFORE = (26, 40)  # years from a person's birth to the year around which the other stories begin
APART = 12  # years over which those other beginnings are spread
CLOSED = {"month": ("month", "date"), "place": ("place",)}
MOST = {"month": 11, "place": 13}  # a passage has no more months and countries to tell apart


@dataclass(frozen=True)
class Topic:
    """One of the subjects of a passage, and the year in which its story begins."""

    subject: Subject
    entity: Entity
    epoch: int

    @property
    def own(self) -> dict[str, Entity]:
        """The slots that every fact about the topic has: `subj` and, for a place, `land`."""
        if self.subject.draw == "place":
            return {"subj": self.entity.part("city"), "land": self.entity}
        return {"subj": self.entity}

    @property
    def name(self) -> Entity:
        """The entity by which sentences and answers name the topic: for a place, its city."""
        return self.own["subj"]

    @property
    def noun(self) -> str:
        """What it is called for short; for a person, who goes by the last name, this is not used."""
        return self.subject.noun or self.entity.form.split()[-1].lower()


def draw_topics(subjects: list[Subject], cast: Cast) -> list[Topic]:
    """One topic a subject, all of one time: persons are born a generation before `cast.epoch`, the rest begins near it.

    No two stories begin in the same year, no other draw of this cast gives one of these years, and no two topics of a
    kind share their short noun.
    """
    topics: list[Topic] = []
    for subject in subjects:
        spread = (-BORN_BEFORE[1], -BORN_BEFORE[0]) if subject.draw == "person" else (0, APART)
        epoch = int(cast.year(*spread))
        topic = Topic(subject, cast.draw(subject.draw), epoch)
        while not subject.noun and any(topic.noun == other.noun for other in topics):
            topic = Topic(subject, cast.draw(subject.draw), epoch)
        topics.append(topic)
    return topics


def fill(fact: Fact, topic: Topic, cast: Cast) -> Told:
    """The fact with entities drawn for its slots, its years counted from the topic's."""
    around, cast.epoch = cast.epoch, topic.epoch
    told = Told(fact, topic.own | {slot: cast.draw(what) for slot, what in fact.slots.items()})
    cast.epoch = around
    return told


def tie(one: Topic, other: Topic) -> Told:
    """How one topic is related to another of a different kind, with a question each way."""
    link = between(one.subject.draw, other.subject.draw)
    asked = tuple(f"What is the name of {followed}?" for followed in link.followed)
    fact = Fact({}, link.plans, (forward("next", *asked), reverse("subj", link.back)))
    return Told(fact, one.own | {"next": other.name})


def affordable(facts: list[Fact], topics: list[Subject]) -> bool:
    """Whether a cast has enough months and countries for all of these facts of these subjects."""
    drawn = [what.split()[0] for fact in facts for what in fact.slots.values()] + [one.draw for one in topics]
    return all(sum(what in kinds for what in drawn) <= MOST[name] for name, kinds in CLOSED.items())


def leads(plan: str) -> bool:
    """Whether the plan can be the first on a topic: it names its subject and follows on nothing."""
    return bool(REFERS.search(plan)) and " then " not in plan


def can_lead(fact: Fact) -> bool:
    """Whether the fact has a plan that can be the first on a topic."""
    return any(leads(plan) for plan in fact.plans)


class Wordings:
    """Chooses among the wordings of a passage, so that none comes twice while there is another."""

    def __init__(self, random: Random):
        self.random = random
        self.used: set[str] = set()

    def take(self, wordings: Sequence[str]) -> str:
        """One of them, with one taken of each of its [x|y]."""
        chosen = self.random.choice([one for one in wordings if one not in self.used] or wordings)
        self.used.add(chosen)
        return CHOICE.sub(lambda match: self.take(match[1].split("|")), chosen)


class Weaver(Writer):
    """Writes a passage about several topics."""

    def __init__(self, random: Random):
        super().__init__(random)
        self.topic: Topic | None = None
        self.genders: dict[str, int] = {}  # by the topic's name
        self.begun = 0  # where the sentence written last begins
        self.wordings = Wordings(random)

    def tell(self, topic: Topic, told: Told, lead: str = "") -> None:
        """Append a sentence that states the fact, and note in `told` which mentions state it.

        Parameters
        ----------
        topic : Topic
            Whom the sentence is about.
        told : Told
        lead : str
            What stands instead of "{subj} " at the head of a plan, with {pronoun} for its pronoun: "Of late, {subj} ",
            "As for {subj}, {pronoun} ". A plan that begins with anything else goes without.
        """
        plans = told.fact.plans
        if self.turn(topic):
            plans = tuple(plan for plan in plans if leads(plan))
        plan = self.wordings.take(plans)
        if lead and plan.startswith("{subj} ") and " then " not in plan:
            plan = lead.replace("{pronoun}", self.pronoun()) + plan.removeprefix("{subj} ")
        told.stating = self.sentence(plan, told.slots)

    def aside(self, topic: Topic, plan: str) -> None:
        """Append a sentence on the topic that states no fact."""
        self.turn(topic)
        self.sentence(plan, topic.own)

    def turn(self, topic: Topic) -> bool:
        """Take up a topic; True if the sentence before was about another.

        A topic that the sentence before has just mentioned may go by the last word of its name; any other is named in
        full.
        """
        if topic == self.topic:
            return False
        last = [mention.entity for mention in self.mentions if mention.start >= self.begun]
        self.topic, self.noun = topic, topic.noun
        self.gender = self.genders.setdefault(topic.name.form, self.random.choice((1, 2)))
        self.named = topic.name in last and not topic.subject.noun
        self.clear = False
        return True

    def pronoun(self) -> str:
        """The topic's pronoun as the subject of a sentence."""
        return PRONOUNS["it"][self.gender if self.topic.subject.draw == "person" else 0]

    def sentence(self, plan: str, slots: dict[str, Entity]) -> tuple[Mention, ...]:
        """As a `Writer` does, noting where the sentence begins."""
        begun = len(self.text)
        stating = super().sentence(plan, slots)
        self.begun = begun
        return stating
