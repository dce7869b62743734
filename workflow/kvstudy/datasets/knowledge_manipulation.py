"""`knowledge_manipulation`: about 32 words on one person, and 13 questions on four facts and the name, whole and part.

The questions speak of "this person": with the name in them they would hold the answers to one another.
"""

from random import Random

from kvstudy.datasets.cast import Cast
from kvstudy.datasets.entities import spelled_out
from kvstudy.datasets.passages import Passage, Question, evidence
from kvstudy.datasets.world import World
from kvstudy.datasets.writer import Writer, lookup

WORDS = (28, 34)
EPOCHS = (1940, 1999)
ORDERS = (
    ("born", "school", "trade", "home"),
    ("born", "home", "school", "trade"),
    ("home", "born", "school", "trade"),
    ("born", "school and trade", "home"),
    ("born", "school", "trade and home"),
    ("home", "school and trade", "born"),
    ("home", "born", "school and trade"),
    ("trade and home", "born", "school"),
    ("born and home", "school and trade"),
    ("born and home", "trade", "school"),
    ("born and trade", "school", "home"),
    ("born and trade", "home", "school"),
)
FIRST = {  # the sentence that introduces the person
    "born": ("{person} was born on {born}.", "{person} was born on {born}, an only child."),
    "home": ("{person} lives in {home}.", "{person} has a home in {home}."),
    "born and home": ("{person}, born on {born}, lives in {home}.", "Born on {born}, {person} lives in {home}."),
    "born and trade": (
        "{person}, born on {born}, works as {a trade}.",
        "{person}, who works as {a trade}, was born on {born}.",
    ),
    "trade and home": (
        "{person} works as {a trade} and lives in {home}.",
        "{person} lives in {home}, and earns a living there as {a trade}.",
    ),
}
LATER = {
    "born": ("They were born on {born}.", "Their date of birth is {born}."),
    "school": (
        "They studied at {school}.",
        "They went to {school}.",
        "As a student they went to {school}.",
        "They hold a degree from {school}.",
    ),
    "trade": (
        "They work as {a trade}.",
        "They are {a trade} by profession.",
        "They later became {a trade}.",
        "Nowadays they earn their living as {a trade}.",
    ),
    "home": (
        "They live in {home}.",
        "Today they live in {home}.",
        "They have made their home in {home}.",
        "Their home is in {home}.",
    ),
    "school and trade": (
        "They studied at {school} and work as {a trade}.",
        "Trained at {school}, they work as {a trade}.",
        "After studying at {school}, they found work as {a trade}.",
        "They hold a degree from {school} but work as {a trade}.",
    ),
    "trade and home": (
        "They work as {a trade} and live in {home}.",
        "They are {a trade} and live in {home}.",
        "They live in {home}, and earn their living as {a trade}.",
    ),
}
ASKS = (  # (slot of the answer, question type, question)
    ("person", "standard", "What is the full name of this person?"),
    ("person.first", "manipulated", "What is the first name of this person?"),
    ("person.last", "manipulated", "What is the last name of this person?"),
    ("born", "standard", "What is the full date of birth of this person?"),
    ("born.day", "manipulated", "On which day of the month was this person born?"),
    ("born.month", "manipulated", "In which month was this person born?"),
    ("born.year", "manipulated", "In which year was this person born?"),
    ("school", "standard", "Where did this person study?"),
    ("trade", "standard", "What is the occupation of this person?"),
    ("home", "standard", "Where does this person live?"),
    ("home.city", "manipulated", "In which city does this person live?"),
    ("home.region", "manipulated", "In which region does this person live?"),
    ("home.country", "manipulated", "In which country does this person live?"),
)


def generate(world: World, random: Random, index: int) -> Passage:
    """One passage; a draft of the wrong length is thrown away and drawn anew. The index plays no part."""
    while True:
        passage = draft(world, random)
        if WORDS[0] <= len(passage.text.split()) <= WORDS[1]:
            return passage


def draft(world: World, random: Random) -> Passage:
    """One passage of any length."""
    cast = Cast(world, random, random.randint(*EPOCHS))
    drawn = {"person": "person", "born": "date 0 0", "school": "universities", "trade": "occupations", "home": "place"}
    slots = {slot: cast.draw(what) for slot, what in drawn.items()}
    slots["home"] = spelled_out(slots["home"], random.choice(slots["home"].others))
    writer = Writer(random)
    first, *later = random.choice(ORDERS)
    writer.sentence(random.choice(FIRST[first]), slots)
    for part in later:
        writer.sentence(random.choice(LATER[part]), slots)
    questions = []
    for slot, kind, text in ASKS:
        answer = lookup(slots, slot)
        forms = (answer.form,) if slot == "person" else answer.answers
        found = evidence(tuple(writer.mentions), answer)  # a passage names each of its entities once
        questions.append(Question(text, forms, answer.type, kind, "forward", found))
    return Passage(writer.text, tuple(writer.mentions), tuple(questions))
