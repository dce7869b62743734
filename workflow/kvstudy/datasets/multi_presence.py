"""`multi_presence`: 400 to 600 words about several instances of one entity, and ten questions, half of them reverse.

Every instance has the same kinds of attribute with values of its own; a passage tells some of them where it introduces
the instance, and others where it compares two. An instance goes by any of the keys that its opening states together,
such as its number, its year and its town. So a question that names it by one key may rest on a sentence that names it
by another, or says no more than "that fair". What leads from one to the other is the question's bridge, and such a
question has one hop.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle
from random import Random

from kvstudy.datasets.asking import Candidate, ten, variants
from kvstudy.datasets.cast import Cast
from kvstudy.datasets.entities import Entity
from kvstudy.datasets.passages import Mention, Passage, Question, evidence
from kvstudy.datasets.presences import PRESENCES
from kvstudy.datasets.presences.presence import Key, Presence, Trait
from kvstudy.datasets.weaving import Wordings
from kvstudy.datasets.world import World
from kvstudy.datasets.writer import Writer, lookup, wording

WORDS = (400, 600)
COUNTS = {4: "four", 5: "five"}  # of instances
TRAITS = {4: (6, 7), 5: (5, 6)}  # told of every instance, by the number of instances
ORDINALS = ("first", "second", "third", "fourth", "fifth")
TIMELINE = 0.3  # share of passages that introduce all instances before they tell any trait
NEAR = 0.5  # share of sentences that do not repeat which instance they are about, right after its opening
ASIDE = 0.15  # share of sentences that an aside precedes
SLOT = re.compile(r"\{(a )?(\w+)")  # the beginning of a slot, up to its name


@dataclass
class Instance:
    """One instance: the entities in its slots, and what its opening mentions."""

    slots: dict[str, Entity]
    opening: tuple[Mention, ...] = ()

    def stated(self, *keys: Key | None) -> tuple[tuple[int, int], ...]:
        """Where the opening states these keys, in the order of the text."""
        return tuple(sorted({s for key in keys if key for s in evidence(self.opening, lookup(self.slots, key.slot))}))


@dataclass
class Statement:
    """A trait as it is told of an instance, which the sentence names by a key, or not at all."""

    instance: Instance
    trait: Trait
    key: Key | None
    stating: tuple[Mention, ...]

    @property
    def value(self) -> Entity:
        """What the trait is."""
        return self.instance.slots[self.trait.slot]

    @property
    def evidence(self) -> tuple[tuple[int, int], ...]:
        """Where the value is stated."""
        return evidence(self.stating, self.value)


class Chronicle(Writer):
    """Writes a passage about the instances of an entity, and remembers what it has stated."""

    def __init__(self, presence: Presence, entity: Entity, random: Random):
        super().__init__(random, presence.noun or entity.form.split()[-1].lower())
        self.presence = presence
        self.wordings = Wordings(random)
        self.statements: list[Statement] = []

    def refer(self, slot: str, subject: Entity) -> None:
        """Append the subject by its name or a person's last name: a pronoun could stand for any instance."""
        self.clear = False
        self.named = self.named and subject.type == "Person"
        super().refer(slot, subject)

    def plain(self, plan: str, slots: dict[str, Entity], **said: str) -> tuple[Mention, ...]:
        """Append a sentence in which the noun and whatever is `said` stand for their names in braces."""
        for name, text in (said | {"noun": self.noun}).items():
            plan = plan.replace(f"{{{name}}}", text.replace("{noun}", self.noun))
        return self.sentence(plan, slots)

    def state(self, instance: Instance, trait: Trait, near: bool) -> None:
        """Append a sentence on one instance, `near` if the sentence before was about it, too."""
        key = None if near and self.random.random() < NEAR else self.key()
        plan = self.wordings.take(trait.plans)
        stating = self.plain(plan, instance.slots, inst=key.named if key else f"that {self.noun}")
        self.statements.append(Statement(instance, trait, key, stating))

    def compare(self, one: Instance, other: Instance, trait: Trait) -> None:
        """Append a sentence on two instances."""
        key = self.key()
        key2 = self.random.choice((key, self.key()))
        plan = self.wordings.take(trait.pairs)
        briefly = key2 is key and "of {inst2}" not in plan  # not "that of the one in"
        named2 = SLOT.sub(r"{\1\g<2>2", (key2.short if briefly else key2.named).replace("{noun}", self.noun))
        slots = one.slots | {f"{slot}2": entity for slot, entity in other.slots.items()}
        stating = self.plain(plan, slots, inst=key.named, inst2=named2)
        self.statements += [Statement(one, trait, key, stating), Statement(other, trait, key2, stating)]

    def key(self) -> Key:
        """A key to name an instance by; the last, which is the wordiest, comes half as often."""
        return self.random.choice(self.presence.keys + self.presence.keys[:-1])


def generate(world: World, random: Random, index: int) -> Passage:
    """One passage. Kinds of entity take turns by index; a draft too short, too long or too simple is redrawn."""
    presence = PRESENCES[index % len(PRESENCES)]
    while True:
        chronicle, instances = draft(world, random, presence)
        if WORDS[0] <= len(chronicle.text.split()) <= WORDS[1]:
            questions = ten(candidates(chronicle, instances), random)
            if len(questions) == 10:
                return Passage(chronicle.text, tuple(chronicle.mentions), questions)


def draft(world: World, random: Random, presence: Presence) -> tuple[Chronicle, list[Instance]]:
    """A text of any length, and the instances that it is about."""
    cast = Cast(world, random, random.randint(*presence.epochs))
    entity = cast.draw(presence.draw)
    if presence.draw == "place":
        entity = entity.part("city")
    count = random.choice(list(COUNTS))
    traits = random.sample(presence.traits, random.randint(*TRAITS[count]))
    instances = draw_instances(presence, entity, traits, count, cast)
    chronicle = Chronicle(presence, entity, random)
    write(chronicle, entity, instances, traits)
    return chronicle, instances


def draw_instances(presence: Presence, entity: Entity, traits: list[Trait], count: int, cast: Cast) -> list[Instance]:
    """Instances in the order of their years."""
    years = sorted((cast.draw(presence.slots["year"]) for _ in range(count)), key=lambda year: year.form)
    others = {slot: what for slot, what in presence.slots.items() if slot != "year"} | {t.slot: t.draw for t in traits}
    own = [{slot: cast.draw(what) for slot, what in others.items()} for _ in range(count)]
    numbers = [Entity("Numerals", ordinal) for ordinal in ORDINALS]
    return [
        Instance({"subj": entity, "nth": number, "year": year} | slots)
        for number, year, slots in zip(numbers, years, own, strict=False)
    ]


def write(chronicle: Chronicle, entity: Entity, instances: list[Instance], traits: list[Trait]) -> None:
    """Introduce the instances, tell each trait of two of them, and compare the others trait by trait."""
    random = chronicle.random
    presence = chronicle.presence
    asides = random.sample(presence.asides, len(presence.asides))
    early = dict(zip(random.sample(traits, len(traits)), pairs(len(instances), random), strict=False))
    timeline = random.random() < TIMELINE
    chronicle.plain(chronicle.wordings.take(presence.intros), {"subj": entity}, count=COUNTS[len(instances)])
    for number, instance in enumerate(instances):
        instance.opening = chronicle.plain(chronicle.wordings.take(presence.openings), instance.slots)
        for trait in [trait for trait, some in early.items() if number in some and not timeline]:
            chronicle.state(instance, trait, near=True)
    for trait, some in early.items():
        if random.random() < ASIDE * len(instances):
            chronicle.plain(asides.pop(), {})
        for number in some if timeline else ():
            chronicle.state(instances[number], trait, near=False)
        rest = [instance for number, instance in enumerate(instances) if number not in some]
        one, other, *last = random.sample(rest, len(rest))
        chronicle.compare(one, other, trait)
        for instance in last:
            chronicle.state(instance, trait, near=False)


def pairs(count: int, random: Random) -> Iterator[tuple[int, int]]:
    """Two of so many instances at a time, each as often as the others, without end."""
    order = random.sample(range(count), count)
    for apart in cycle(range(1, count)):
        for number in range(count):
            yield order[number], order[(number + apart) % count]


def candidates(chronicle: Chronicle, instances: list[Instance]) -> list[Candidate]:
    """Every question that the statements allow, in random order. No two that are asked may name or ask for one key."""
    keys = chronicle.presence.keys
    found = []
    for number, one in enumerate(chronicle.statements):
        first = len(chronicle.statements) + instances.index(one.instance) * len(keys)
        for offset, key in enumerate(keys):
            asked = [*of_value(chronicle, one, key)] + ([*of_key(chronicle, one, key)] if key.asked else [])
            found += [Candidate(number, question, (first + offset,)) for question in asked]
        others = [n for n, s in enumerate(chronicle.statements) if s.instance is one.instance and s is not one]
        for other in chronicle.random.sample(others, 2):
            asked = of_value(chronicle, one, chronicle.statements[other])
            found += [Candidate(number, question, (other,)) for question in asked]
    chronicle.random.shuffle(found)
    return found


def of_value(chronicle: Chronicle, one: Statement, by: Key | Statement) -> Iterator[Question]:
    """Questions for the value of a statement, its instance told by a key or by another statement about it."""
    instance = one.instance
    if isinstance(by, Key):
        named, bridge = by.named, () if by is one.key else instance.stated(by, one.key)
    else:
        links = () if by.key is one.key else instance.stated(by.key, one.key)
        named, bridge = by.trait.which, tuple(sorted({*by.evidence, *links}))
    answer = one.value
    units = (f"{answer.form} {one.trait.unit}",) if one.trait.unit else ()
    text = ask(chronicle, one.trait.asked, named, instance)
    whole = Question(text, answer.answers + units, answer.type, "standard", "forward", one.evidence)
    yield from variants(across(whole, bridge), answer, one.stating)


def of_key(chronicle: Chronicle, one: Statement, key: Key) -> Iterator[Question]:
    """Questions for a key of a statement's instance, which is told by the statement."""
    answer = lookup(one.instance.slots, key.slot)
    stating = one.stating if one.key is key else one.instance.opening
    bridge = () if one.key is key else tuple(sorted({*one.evidence, *one.instance.stated(one.key)}))
    text = ask(chronicle, key.asked, one.trait.which, one.instance)
    found = evidence(stating, answer)
    whole = Question(text, answer.answers, answer.type, "standard", "reverse", found)
    yield from variants(across(whole, bridge), answer, stating)


def across(question: Question, bridge: tuple[tuple[int, int], ...]) -> Question:
    """The question with its bridge, which is one link; an empty one is none."""
    return replace(question, bridge=bridge, hop=int(bool(bridge)))


def ask(chronicle: Chronicle, text: str, named: str, instance: Instance) -> str:
    """A question about an instance that is named so."""
    return wording(text.replace("{inst}", named).replace("{noun}", chronicle.noun), instance.slots)
