"""Turns sentence plans into text, records every mention, and decides when the subject may be a mere pronoun."""

import re
from random import Random

from kvstudy.datasets.entities import Entity, indefinite
from kvstudy.datasets.passages import Mention

SLOT = re.compile(r"\{(a )?([\w.]+)(:bare)?\}")
CHOICE = re.compile(r"\[([^]]*)\]")
OBJECT = re.compile(r"\b(about|after|around|at|by|for|from|gave|in|made|of|on|to|with) $")  # no "she" comes after these
MONTH_FIRST = re.compile(r"[A-Z]\w+ \d+, \d+")  # in running text it is followed by a comma
PRONOUNS = {  # name of the slot -> its, her and his words
    "subj": ("it", "she", "he"),
    "it": ("it", "she", "he"),
    "its": ("its", "her", "his"),
    "him": ("it", "her", "him"),
}


def lookup(slots: dict[str, Entity], path: str) -> Entity:
    """The entity in a slot, or the part of it after the dot."""
    name, _, role = path.partition(".")
    return slots[name].part(role) if role else slots[name]


def article(entity: Entity, some: bool, bare: bool) -> str:
    """What stands before the entity's form: a or an with `some`, "the" if it takes it and not `bare`."""
    if some:
        return indefinite(entity.form).removesuffix(entity.form)
    return "the " if entity.article and not bare else ""


def wording(plan: str, slots: dict[str, Entity]) -> str:
    """A single sentence that names everything, the subject too."""
    said = SLOT.sub(lambda m: article(e := lookup(slots, m[2]), bool(m[1]), bool(m[3])) + e.form, plan)
    return said[0].upper() + said[1:]


class Writer:
    """Writes one passage.

    Parameters
    ----------
    random : Random
    noun : str
        What the subject is called when neither its name nor a pronoun will do; empty for a person, who goes by the last
        name.
    """

    def __init__(self, random: Random, noun: str = ""):
        self.random = random
        self.noun = noun
        self.gender = random.choice((1, 2))
        self.text = ""
        self.mentions: list[Mention] = []
        self.named = False  # whether the subject has been named yet
        self.clear = False  # whether a pronoun would be taken for the subject

    def sentence(self, plan: str, slots: dict[str, Entity]) -> tuple[Mention, ...]:
        """Append one sentence. `slots` holds the subject under `subj` if the plan speaks of it.

        Returns
        -------
        tuple of Mention
            What states the sentence's facts: the mentions in it and, unless it names the subject, the nearest earlier
            mention of the subject, for which its pronoun or short noun stands.
        """
        if self.text:
            self.text += " "
        plan = CHOICE.sub(lambda match: self.random.choice(match[1].split("|")), plan)
        start, at, subject = len(self.text), 0, slots.get("subj")
        earlier = [mention for mention in self.mentions if mention.entity == subject]
        before = len(self.mentions)
        self.here = False
        for match in SLOT.finditer(plan):
            self.text += plan[at : match.start()]
            at = match.end()
            if match[2] in PRONOUNS:
                self.refer(match[2], subject)
            else:
                entity = lookup(slots, match[2])
                self.name(entity, bool(match[1]), bool(match[3]))
                self.clear = self.clear and not self.confusable(entity, subject)
                if MONTH_FIRST.fullmatch(entity.form) and plan[at] == " ":
                    self.text += ","
        self.text += plan[at:]
        self.text = self.text[:start] + self.text[start].upper() + self.text[start + 1 :]
        stating = self.mentions[before:]
        about_another = bool(stating) and self.confusable(stating[0].entity, subject)
        self.clear = self.clear and self.here and not about_another
        named = any(mention.entity == subject for mention in stating)
        return (*([] if named else earlier[-1:]), *stating)

    def name(self, entity: Entity, some: bool = False, bare: bool = False) -> None:
        """Append an entity's form after its article, and record the mention."""
        self.text += article(entity, some, bare)
        self.mentions.append(Mention(entity, entity.form, len(self.text)))
        self.text += entity.form

    def refer(self, slot: str, subject: Entity) -> None:
        """Append the subject as a pronoun, as a description, or (slot `subj`) by its name."""
        possessive = slot == "its"
        self.clear = self.clear and not (slot == "subj" and OBJECT.search(self.text))
        draw = self.random.random()
        often = 0.35 if self.clear or subject.type == "Person" else 0.75  # a last name says who is meant
        if not self.named or (slot == "subj" and draw < often):
            self.name(subject)
        elif self.clear and draw < 0.8:
            self.text += PRONOUNS[slot][self.gender if subject.type == "Person" else 0]
            possessive = False
        elif subject.type == "Person":
            last = subject.part("last").form
            self.mentions.append(Mention(subject, last, len(self.text)))
            self.text += last
        else:
            self.text += f"the {self.noun}"
        self.text += "'s" if possessive else ""
        self.named = self.clear = self.here = True

    @staticmethod
    def confusable(entity: Entity, subject: Entity | None) -> bool:
        """Whether a pronoun after this entity could be taken for it instead of the subject."""
        if subject is None or entity == subject:
            return False
        if subject.type == "Person":
            return entity.type == "Person"
        return entity.article or entity.type in (subject.type, "Organization")
