"""A card's tables, in the form in which all tables of a report are drawn."""

from kvstudy.cards.card import Card
from kvstudy.cards.lengths import Lengths
from kvstudy.config.generated import GENERATED
from kvstudy.tables.document import Column, Document, Group, Row

NUMBERS = ("least", "25 %", "median", "75 %", "greatest", "mean")
LENGTHS = (Column("Length in"), *(Column(name, number=True) for name in NUMBERS), Column("from least to greatest"))
HOW_TO_READ = (
    "A marked text states the answer to the questions whose numbers follow it; a number in brackets is a question for "
    "which it states a link on the way to the answer."
)


def doc(card: Card) -> str:
    """What the dataset is."""
    return GENERATED[card.dataset].doc if card.dataset in GENERATED else "A dataset of your own."


def about(card: Card) -> str:
    """What the dataset is, and how much there is of it."""
    least, greatest = card.asked
    each = f"{least}" if least == greatest else f"{least} to {greatest}"
    size = f"{card.contexts} passages, {card.questions} questions, {each} a passage."
    if card.unfound:
        size += f" {card.unfound} questions have no evidence: their answers were not found in the passage."
    return f"{doc(card)} {size}"


def identity(card: Card) -> str:
    """What tells this dataset from any other."""
    return f"Content hash (sha256 of all rows): {card.digest}"


def lengths(card: Card) -> Document:
    """How long the passages are, in words and in the tokens of each model."""
    rows = tuple(Row((unit, *numbers(found)), names=1) for unit, found in card.lengths.items())
    return Document("Length of passages", LENGTHS, (Group("Passages", rows),))


def numbers(found: Lengths) -> tuple[str, ...]:
    """The cells of LENGTHS, the first one left out."""
    return (*(f"{value:.1f}".removesuffix(".0") for value in found.quartiles), f"{found.mean:.1f}", found.bars)


def tags(card: Card) -> Document:
    """How many questions carry each label."""
    groups = tuple(
        Group(title, tuple(Row((label, str(n), f"{100 * n / card.questions:.1f} %")) for label, n in counts.items()))
        for title, counts in card.tags.items()
    )
    columns = (Column("Label"), Column("Questions", number=True), Column("Share", number=True))
    return Document("Questions by tag", columns, groups)


def tagged(question: dict) -> str:
    """The labels of a question in words."""
    labels = [question["answer_type"], question["question_type"], question["direction"]]
    labels += [f"hop {question['hop']}"] if question["hop"] else []
    labels += ["altered"] if question["altered"] else []
    return ", ".join(labels)


def accepted(question: dict) -> tuple[str, list[str]]:
    """The first accepted answer, and the others."""
    first, *others = question["answers"]
    return first, others
