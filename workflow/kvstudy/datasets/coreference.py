"""`coreference`: about 44 words on one person of a stated gender, and nine questions, some about the other gender.

The questions speak of "he" or "she" alone. A standard one uses the person's own pronoun; an altered one uses the other,
and as the passage speaks of nobody of that gender, its answer is that one does not know.
"""

import re
from random import Random

from kvstudy.contracts.vocabulary import UNKNOWN
from kvstudy.datasets.cast import Cast
from kvstudy.datasets.entities import spelled_out
from kvstudy.datasets.passages import Passage, Question, evidence
from kvstudy.datasets.world import World
from kvstudy.datasets.writer import Writer, lookup

WORDS = (38, 50)
COUNT = 9
STANDARD = 0.5793  # the published share of standard questions over the dataset
EPOCHS = (1940, 1999)
MALE, FEMALE = 0, 1
PRONOUNS = {  # as a plan names it -> of a man, of a woman
    "He": ("He", "She"),
    "he": ("he", "she"),
    "His": ("His", "Her"),
    "his": ("his", "her"),
    "male": ("male", "female"),
    "man": ("man", "woman"),
}
PRONOUN = re.compile(rf"\{{({'|'.join(PRONOUNS)})\}}")
ORDERS = (
    ("born", "gender", "school", "trade"),
    ("born", "gender", "trade", "school"),
    ("born", "school", "gender", "trade"),
    ("born", "gender and trade", "school"),
    ("school", "gender", "trade", "born"),
    ("school", "gender", "born", "trade"),
    ("school", "trade", "gender", "born"),
    ("trade", "gender", "born", "school"),
    ("trade", "gender", "school", "born"),
    ("trade", "born", "gender", "school"),
    ("trade and born", "gender", "school"),
    ("school", "gender and trade", "born"),
)
FIRST = {  # the sentence that introduces the person
    "born": (
        "{person} was born on {born} in {birthplace}.",
        "{person} was born in {birthplace}, on {born}.",
        "The life of {person} began on {born} in {birthplace}.",
    ),
    "school": (
        "{person} studied at {school} in {campus}.",
        "{person} went to {campus}, and studied there at {school}.",
        "It was at {school} in {campus} that {person} studied.",
    ),
    "trade": ("{person} works as {a trade}.", "{person} earns a living as {a trade}."),
    "trade and born": (
        "{person}, who works as {a trade}, was born on {born} in {birthplace}.",
        "{person} works as {a trade} and was born on {born} in {birthplace}.",
    ),
}
LATER = {
    "gender": ("{He} is {male}.", "{His} papers say that {he} is {male}.", "{He} is registered as {male}."),
    "born": (
        "{He} was born on {born} in {birthplace}.",
        "{He} was born in {birthplace}, on {born}.",
        "{He} came into the world on {born} in {birthplace}.",
    ),
    "school": (
        "{He} studied at {school} in {campus}.",
        "As a student {he} went to {school} in {campus}.",
        "{He} holds a degree from {school} in {campus}.",
        "{His} years of study were spent at {school} in {campus}.",
    ),
    "trade": (
        "{He} works as {a trade}.",
        "By profession {he} is {a trade}.",
        "Today {he} works as {a trade} and enjoys it.",
        "{He} has worked as {a trade} for many years.",
        "Nowadays {he} earns {his} living as {a trade}.",
    ),
    "gender and trade": (
        "{He} is {male} and works as {a trade}.",
        "{He} is a {man} who works as {a trade}.",
    ),
}
ASKS = (  # (slot of the answer, question type, question)
    ("person", "standard", "What is {his} full name?"),
    ("person.first", "manipulated", "What is {his} first name?"),
    ("person.last", "manipulated", "What is {his} last name?"),
    ("born", "standard", "On which date was {he} born?"),
    ("born.day", "manipulated", "On which day of the month was {he} born?"),
    ("born.month", "manipulated", "In which month was {he} born?"),
    ("born.year", "manipulated", "In which year was {he} born?"),
    ("birthplace", "standard", "Where was {he} born?"),
    ("birthplace.city", "manipulated", "In which city was {he} born?"),
    ("birthplace.region", "manipulated", "In which region was {he} born?"),
    ("birthplace.country", "manipulated", "In which country was {he} born?"),
    ("school", "standard", "At which institution did {he} study?"),
    ("campus.city", "manipulated", "In which city did {he} study?"),
    ("campus.region", "manipulated", "In which region did {he} study?"),
    ("campus.country", "manipulated", "In which country did {he} study?"),
    ("trade", "standard", "What does {he} work as?"),
)


def generate(world: World, random: Random, index: int) -> Passage:
    """One passage; a draft of the wrong length is drawn anew. The index decides how many questions are altered."""
    while True:
        passage = draft(world, random, standard(index))
        if WORDS[0] <= len(passage.text.split()) <= WORDS[1]:
            return passage


def standard(index: int) -> int:
    """How many of a passage's questions are standard: five or six, so that the first n passages have the share of n."""
    return round(STANDARD * COUNT * (index + 1)) - round(STANDARD * COUNT * index)


def draft(world: World, random: Random, standard: int) -> Passage:
    """One passage of any length."""
    cast = Cast(world, random, random.randint(*EPOCHS))
    drawn = {"person": "person", "born": "date 0 0", "school": "universities", "trade": "occupations"}
    slots = {slot: cast.draw(what) for slot, what in drawn.items()}
    for slot in ("birthplace", "campus"):
        place = cast.draw("place")
        slots[slot] = spelled_out(place, random.choice(place.others)) if random.random() < 0.5 else place
    gender = random.choice((MALE, FEMALE))
    writer = Writer(random)
    first, *later = random.choice(ORDERS)
    plans = [random.choice(FIRST[first]), *(random.choice(LATER[part]) for part in later)]
    for plan in plans:
        writer.sentence(gendered(plan, gender), slots)
    questions = []
    for number, (slot, kind, text) in enumerate(random.sample(ASKS, COUNT)):
        answer = lookup(slots, slot)
        if number < standard:
            forms = (answer.form,) if slot == "person" else answer.answers
            found = evidence(tuple(writer.mentions), answer)  # a passage names each of its entities once
            questions.append(Question(gendered(text, gender), forms, answer.type, kind, "forward", found))
        else:
            questions.append(
                Question(gendered(text, 1 - gender), UNKNOWN, answer.type, kind, "forward", (), altered=True)
            )
    random.shuffle(questions)
    return Passage(writer.text, tuple(writer.mentions), tuple(questions))


def gendered(plan: str, gender: int) -> str:
    """The plan with the pronouns of a man or of a woman."""
    return PRONOUN.sub(lambda match: PRONOUNS[match[1]][gender], plan)
