"""What kind of answer it is: the one place where the outcome classes are defined.

The passages speak of a closed world of invented entities, so every form of every entity is known, and a wrong answer
can be traced: it was in the passage, it is elsewhere in the world, or it is nowhere. An answer is judged by its first
line. The first rule that holds decides.

=========== ============================================================================================================
outcome     rule
=========== ============================================================================================================
empty       No word is left: blank, punctuation or articles only.
degenerate  Generation ran to its limit, and either fewer than 0.3 of at least 20 generated tokens are distinct, or
            the first line did not end, no known form is found and fewer than half of the characters are letters. An
            answer of several lines whose first line holds a known form is an answer, whatever it goes on to repeat.
hedged      The accepted answer and another value of the asked type ("A or B").
correct     The accepted answer, and no other value of the asked type. What belongs to the same whole in the passage is
            no other value (the full date where the year was asked).
abstained   An abstention pattern, and no value of the asked type.
misrouted   A value of the asked type that is in the passage, but is not the answer.
fabricated  A value of the asked type that is not in the passage.
hedged      A part of the accepted answer and nothing else (the year where the full date was asked): not wrong, not
            complete. A part beside an unknown word ("Cora Dellani") is fabricated.
misrouted   An entity of another type that is in the passage.
fabricated  Anything else.
=========== ============================================================================================================

The passage does not answer a question that was altered. There an abstention is correct, and nothing else is correct or
hedged: a value that is asserted is misrouted or fabricated, whatever is said beside it.

Forms are compared as words (`forms.words`) and found longest first, so that a person's name inside an institution's is
not a person. A value of the asked type is a known form of that type; a number, where a number or a date was asked; a
month, where a date was asked; or the whole answer, where it holds no known form at all. What the question itself names
is an echo and no value, unless the answer is part of it ("What is Cora Delaine's first name?").

Hallucination rate H = (misrouted + fabricated) / N, where N counts every question, whatever its outcome. Empty and
degenerate answers are broken text and never hallucinated; H with degenerate answers added is the sum of the two shares.

Sources: HalluLens (arXiv 2504.17550) for intrinsic (misrouted) against extrinsic (fabricated) and for abstention as its
own outcome; SimpleQA (arXiv 2411.04368) for incomplete answers being neither correct nor incorrect.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kvstudy.contracts.judgements import HALLUCINATIONS
from kvstudy.datasets.world import MONTHS
from kvstudy.metrics.abstention import abstains
from kvstudy.metrics.forms import Lexicon, Mention, Words, mentions, remaining, within, words
from kvstudy.metrics.token_f1 import first_line

REPEATED = 0.3  # distinct share of the generated tokens below which they are repetition
ENOUGH = 20  # generated tokens from which the distinct share is judged
LETTERS = 0.5  # share of letters below which an answer without a known form is not language

FILLERS = frozenset(
    (
        "it",
        "is",
        "was",
        "he",
        "she",
        "they",
        "this",
        "in",
        "on",
        "at",
        "of",
        "by",
        "from",
        "and",
        "year",
        "month",
        "day",
    )
)
MONTH_WORDS = frozenset(month.casefold() for month in MONTHS)


@dataclass(frozen=True)
class Reply:
    """What the model gave.

    Parameters
    ----------
    answer : str
        The generated text.
    tokens : sequence of int
        The generated token ids.
    stop : str
        Why generation ended; `length` when it ran to the limit.
    """

    answer: str
    tokens: Sequence[int]
    stop: str


class Gold:
    """What an answer is held against: the question, its accepted forms and the entities that its passage mentions.

    Parameters
    ----------
    question : str
    answers : iterable of str
        Accepted forms.
    answer_type : str
    entities : mapping of str to iterable of str
        Answer type to the forms in the passage.
    altered : bool
        Whether the passage does not answer the question; its accepted forms are then no values.

    Raises
    ------
    ValueError
        An accepted form has no word.
    """

    def __init__(
        self,
        question: str,
        answers: Iterable[str],
        answer_type: str,
        entities: Mapping[str, Iterable[str]],
        altered: bool = False,
    ) -> None:
        self.type = answer_type
        self.altered = altered
        self.forms = {words(answer) for answer in answers}
        if not self.forms or () in self.forms:
            raise ValueError(f"question {question!r}: an accepted form has no word")
        if altered:
            self.forms, answers = set(), ()
        self.lexicon = Lexicon({answer_type: answers})
        self.passage = Lexicon(entities)
        self.candidates = self.passage.of_type(answer_type)
        self.wholes = [form for form in self.candidates if any(within(own, form) for own in self.forms)]
        self.question = words(question)
        self.named = mentions(self.question, self.passage, self.lexicon)
        self.answer_named = any(within(form, self.question) for form in self.forms)

    def is_answer(self, value: Mention) -> bool:
        """An accepted form, or the passage's fuller form of one."""
        return value.words in self.forms or value.words in self.wholes

    def is_beside_answer(self, value: Mention) -> bool:
        """A part of the passage's fuller form of the answer."""
        return any(within(value.words, form) for form in self.wholes)

    def is_part(self, value: Mention) -> bool:
        """A part of an accepted form."""
        return any(within(value.words, form) for form in self.forms)

    def is_echo(self, value: Mention) -> bool:
        """Named in the question, in this form or in the passage's fuller form."""
        if self.answer_named:
            return False
        fuller = value.words in self.passage.types and any(
            within(m.words, value.words) and m.types & value.types for m in self.named
        )
        return within(value.words, self.question) or fuller

    def in_passage(self, value: Mention) -> bool:
        """A form of the asked type in the passage, or a part of one."""
        return any(within(value.words, form) for form in self.candidates)


def classify(reply: Reply, gold: Gold, world: Lexicon) -> str:
    """The outcome of one answer: one of `judgements.OUTCOMES`, by the table above.

    Parameters
    ----------
    reply : Reply
    gold : Gold
    world : Lexicon
        Every form of every entity of the world.
    """
    said = words(first_line(reply.answer))
    if not said:
        return "empty"
    known = mentions(said, gold.lexicon, gold.passage, world)
    if is_degenerate(reply, known):
        return "degenerate"
    found = numbers(said, known, gold.type)
    values = [m for m in known if gold.type in m.types] + found
    others = [v for v in values if not gold.is_answer(v) and not gold.is_echo(v)]
    rivals = [v for v in others if not gold.is_part(v)]
    if any(map(gold.is_answer, values)):
        return "correct" if all(map(gold.is_beside_answer, rivals)) else "hedged"
    if abstains(said) and not others:
        return "correct" if gold.altered else "abstained"
    if not known and not values:
        found = [Mention(said, frozenset({gold.type}))]
        others = [v for v in found if not gold.is_echo(v)]
        rivals = [v for v in others if not gold.is_part(v)]
    if rivals:
        return "misrouted" if any(map(gold.in_passage, rivals)) else "fabricated"
    if others:
        rest = set(remaining(said, known + found))
        return "hedged" if rest <= FILLERS | set(gold.question) else "fabricated"
    if any(m.words in gold.passage.types and not gold.is_echo(m) and gold.type not in m.types for m in known):
        return "misrouted"
    return "fabricated"


def hallucinated(outcome: str) -> float:
    """1.0 for misrouted and fabricated, else 0.0; its mean over all questions is the hallucination rate."""
    return float(outcome in HALLUCINATIONS)


def is_degenerate(reply: Reply, known: list[Mention]) -> bool:
    """Broken text: see the table."""
    one_line = len(reply.answer.strip().splitlines()) == 1
    if reply.stop != "length" or (known and not one_line):
        return False
    if len(reply.tokens) >= ENOUGH and len(set(reply.tokens)) < REPEATED * len(reply.tokens):
        return True
    characters = "".join(reply.answer.split())
    return one_line and not known and sum(map(str.isalpha, characters)) < LETTERS * len(characters)


def numbers(said: Words, known: list[Mention], answer_type: str) -> list[Mention]:
    """Numbers and months outside the known forms, as values of the asked type where that is a number or a date."""
    types = frozenset({answer_type})
    left = remaining(said, known)
    if answer_type == "Numerals":
        return [Mention((w,), types) for w in left if w[0].isdigit()]
    if answer_type == "Date/Time":
        return [Mention((w,), types) for w in left if w[0].isdigit() or w in MONTH_WORDS]
    return []
