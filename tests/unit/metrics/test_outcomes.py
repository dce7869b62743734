import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvstudy.contracts.judgements import OUTCOMES
from kvstudy.contracts.vocabulary import UNKNOWN
from kvstudy.metrics.abstention import abstains
from kvstudy.metrics.forms import Lexicon, words
from kvstudy.metrics.outcomes import Gold, Reply, classify, hallucinated

WORLD = Lexicon(
    {
        "Person": ["Cora Delaine", "Cora", "Delaine", "Ivo Marsh", "Ivo", "Marsh", "Tess Orrin", "Voss"],
        "Location": ["Oslen", "Harrow Bay", "Teld"],
        "Organization": ["Voss College", "Ministry of Harbours", "Guild of Salt"],
        "Thing": ["glassblower", "surveyor", "copper lamp"],
    }
)
PASSAGE = {
    "Person": ["Cora Delaine", "Ivo Marsh"],
    "Location": ["Oslen", "Harrow Bay"],
    "Organization": ["Voss College"],
    "Thing": ["glassblower"],
    "Date/Time": ["March 12, 1987", "1990"],
    "Numerals": ["forty boats"],
}
DATE = ["March 12, 1987", "12 March 1987", "1987-03-12"]
HOME = Gold("Where does Cora Delaine live?", ["Oslen"], "Location", PASSAGE)
MENTOR = Gold("Who taught Cora Delaine?", ["Ivo Marsh", "Marsh"], "Person", PASSAGE)
SCHOOL = Gold("Where did Cora Delaine study?", ["Voss College"], "Organization", PASSAGE)
BORN = Gold("When was Cora Delaine born?", DATE, "Date/Time", PASSAGE)
YEAR = Gold("In which year was Cora Delaine born?", ["1987"], "Date/Time", PASSAGE)
MONTH = Gold("In which month was Cora Delaine born?", ["March"], "Date/Time", PASSAGE)
FIRST = Gold("What is Cora Delaine's first name?", ["Cora"], "Person", PASSAGE)
DAY = Gold("On which day of the month was Cora Delaine born?", ["12", "12th"], "Date/Time", PASSAGE)
BOATS = Gold("How many boats are there?", ["40", "forty"], "Numerals", {"Numerals": ["40"]})


def outcome(answer: str, gold: Gold, stop: str = "eos", tokens: list[int] | None = None) -> str:
    return classify(Reply(answer, tokens or list(range(5)), stop), gold, WORLD)


CASES = [
    # correct
    (HOME, "Oslen", "correct"),
    (HOME, "oslen.", "correct"),
    (HOME, "Cora Delaine lives in Oslen's old town", "correct"),
    (HOME, "Oslen\nQuestion: Who lives in Harrow Bay?", "correct"),
    (HOME, "She studied at Voss College in Oslen", "correct"),
    (MENTOR, "Cora Delaine was taught by Marsh", "correct"),
    (SCHOOL, "the Voss College", "correct"),
    (BORN, "12 March 1987", "correct"),
    (BORN, "1987-03-12", "correct"),
    (YEAR, "1987", "correct"),
    (YEAR, "March 12, 1987", "correct"),
    (MONTH, "In March", "correct"),
    (MONTH, "March 12", "correct"),
    (DAY, "12th", "correct"),
    (DAY, "12 March 1987", "correct"),
    (DAY, "the 12th of March", "correct"),
    (FIRST, "Cora", "correct"),
    (FIRST, "Her first name is Cora", "correct"),
    (FIRST, "Cora Delaine", "correct"),
    (BOATS, "40", "correct"),
    (BOATS, "There are forty of them", "correct"),
    # hedged: with another value, or incomplete
    (HOME, "Oslen or Harrow Bay", "hedged"),
    (HOME, "not Teld but Oslen", "hedged"),
    (MENTOR, "Ivo Marsh and Tess Orrin", "hedged"),
    (YEAR, "1987 or 1990", "hedged"),
    (YEAR, "1987 or 2011", "hedged"),
    (MONTH, "March or June", "hedged"),
    (BORN, "1987", "hedged"),
    (BORN, "in March 1987", "hedged"),
    (BORN, "Cora Delaine was born in 1987", "hedged"),
    (MONTH, "March 1980", "hedged"),
    (MENTOR, "Ivo", "hedged"),
    (BOATS, "40 or 50", "hedged"),
    # misrouted: the passage's, but not the answer
    (HOME, "Harrow Bay", "misrouted"),
    (HOME, "I don't know, maybe Harrow Bay", "misrouted"),
    (HOME, "Harrow Bay or Teld", "misrouted"),
    (BORN, "1990", "misrouted"),
    (YEAR, "12", "misrouted"),
    (FIRST, "Delaine", "misrouted"),
    (HOME, "Voss College", "misrouted"),
    (HOME, "a glassblower", "misrouted"),
    # fabricated: elsewhere in the world, or nowhere
    (HOME, "Teld", "fabricated"),
    (HOME, "Paris", "fabricated"),
    (HOME, "Cora Delaine", "fabricated"),
    (HOME, "Cora Delaine lives there", "fabricated"),
    (MENTOR, "Delaine", "fabricated"),
    (MENTOR, "Tess Orrin of Voss College", "fabricated"),
    (BORN, "14 March 1986", "fabricated"),
    (BORN, "May 12, 1987", "fabricated"),
    (BOATS, "41", "fabricated"),
    (MENTOR, "Ivo Marshall", "fabricated"),
    (BORN, "Smarch 1987", "fabricated"),
    (SCHOOL, "Ministry of Harbours", "fabricated"),
    (SCHOOL, "the University of Nowhere", "fabricated"),
    # abstained
    (HOME, "I don't know.", "abstained"),
    (HOME, "I don\u2019t know where Cora Delaine lives", "abstained"),
    (HOME, "The passage does not say.", "abstained"),
    (HOME, "It is not mentioned for the glassblower", "abstained"),
    (HOME, "N/A", "abstained"),
    (BORN, "Unknown", "abstained"),
    (HOME, "I don't know but Oslen", "correct"),
    # empty
    (HOME, "", "empty"),
    (HOME, " \n ", "empty"),
    (HOME, "...", "empty"),
    (HOME, "the", "empty"),
]


@pytest.mark.parametrize(("gold", "answer", "expected"), CASES)
def test_by_hand(gold, answer, expected):
    assert outcome(answer, gold) == expected


ALTERED = Gold("What does he work as?", UNKNOWN, "Thing", PASSAGE, altered=True)
ALTERED_YEAR = Gold("In which year was he born?", UNKNOWN, "Date/Time", PASSAGE, altered=True)


@pytest.mark.parametrize(
    ("gold", "answer", "expected"),
    [
        *((gold, form, "correct") for gold in (ALTERED, ALTERED_YEAR) for form in UNKNOWN),
        (ALTERED, "I don\u2019t know what he works as.", "correct"),
        (ALTERED, "There is no man in the passage", "correct"),
        (ALTERED, "Cora Delaine is not a man", "correct"),
        (ALTERED, "glassblower", "misrouted"),
        (ALTERED, "She works as a glassblower", "misrouted"),
        (ALTERED, "I don't know, maybe a glassblower", "misrouted"),
        (ALTERED, "surveyor", "fabricated"),
        (ALTERED, "a fireman", "fabricated"),
        (ALTERED, "know", "fabricated"),
        (ALTERED, "Voss College", "misrouted"),
        (ALTERED, "", "empty"),
        (ALTERED_YEAR, "1990", "misrouted"),
        (ALTERED_YEAR, "2011", "fabricated"),
        (ALTERED_YEAR, "unknown, perhaps 2011", "fabricated"),
    ],
)
def test_an_altered_question_is_right_where_nothing_is_asserted(gold, answer, expected):
    assert outcome(answer, gold) == expected


def test_every_accepted_form_of_an_altered_question_is_an_abstention():
    assert all(abstains(words(form)) for form in UNKNOWN)


def test_a_person_inside_an_institution_is_no_person():
    gold = Gold("Who founded the school?", ["Voss"], "Person", {"Organization": ["Voss College"]})
    assert outcome("Voss", gold) == "correct"
    assert outcome("Voss College", gold) == "misrouted"


def test_a_longer_name_from_elsewhere_is_another_entity():
    world = Lexicon({"Person": ["Dan Marsh"]})
    assert classify(Reply("Dan Marsh", [1], "eos"), MENTOR, world) == "fabricated"


@pytest.mark.parametrize(
    ("answer", "stop", "tokens", "expected"),
    [
        ("of of of of of of of of", "length", [7] * 20, "degenerate"),
        ("Oslen Oslen Oslen Oslen", "length", [7, 8] * 10, "degenerate"),
        ("of of of of of of of of", "length", [7] * 19, "fabricated"),
        ("of of of of of of of of", "eos", [7] * 20, "fabricated"),
        ("Oslen\nOslen\nOslen", "length", [7, 8] * 10, "correct"),
        ("Harrow Bay\nQ\nQ\nQ", "length", [7, 8] * 10, "misrouted"),
        ("Teld\nTeld\nTeld", "length", [7, 8] * 10, "fabricated"),
        ("1.\n" * 16, "length", [7, 8, 9] * 10, "degenerate"),
        ("1.\n" * 16, "eos", [7, 8, 9] * 10, "fabricated"),
        ("so and so\nso and so\n", "length", [7, 8] * 10, "degenerate"),
        ("Paris\nQuestion: who lives there?", "length", list(range(20)), "fabricated"),
        ("1 = 2 = 3 = 4", "length", list(range(8)), "degenerate"),
        ("1 = 2 = 3 = 4", "eos", list(range(8)), "fabricated"),
        ("ab12 cd34", "length", list(range(8)), "fabricated"),
        ("Oslen 1 2 3 4 5 6 7 8 9", "length", list(range(20)), "correct"),
        ("six of twenty distinct", "length", [*range(6), *[0] * 14], "fabricated"),
        ("five of twenty distinct", "length", [*range(5), *[0] * 15], "degenerate"),
    ],
)
def test_degenerate(answer, stop, tokens, expected):
    assert outcome(answer, HOME, stop, tokens) == expected


def test_hallucinations_are_misrouted_and_fabricated_over_all_answers():
    assert [o for o in OUTCOMES if hallucinated(o)] == ["misrouted", "fabricated"]
    given = ["correct", "hedged", "misrouted", "fabricated", "abstained", "empty", "degenerate", "fabricated"]
    assert sum(map(hallucinated, given)) / len(given) == 3 / 8


@pytest.mark.parametrize("accepted", [[], ["..."], ["Oslen", "the"]])
def test_an_accepted_form_without_a_word_is_refused(accepted):
    with pytest.raises(ValueError, match="accepted form has no word"):
        Gold("Where?", accepted, "Location", PASSAGE)


@pytest.mark.parametrize(
    "text",
    [
        "I do not know",
        "don't know",
        "It is unknown.",
        "Not stated in the passage",
        "The text doesn't mention it",
        "This cannot be determined",
        "can't say",
        "unable to answer",
        "There is no information about this",
        "none",
        "I'm not sure",
        "not in the text",
        "It was not given",
        "There is no such woman",
        "She is not a man",
    ],
)
def test_abstentions(text):
    assert abstains(words(text))


@pytest.mark.parametrize(
    "text", ["Oslen is known for salt", "He was given a lamp", "It provided light", "Nonesuch", "no", "the known world"]
)
def test_no_abstentions(text):
    assert not abstains(words(text))


@given(st.text(max_size=60), st.sampled_from(["eos", "stop", "length"]))
def test_every_text_has_one_outcome(text, stop):
    assert outcome(text, HOME, stop) in OUTCOMES


@given(st.sampled_from(["Oslen", "the Oslen", "OSLEN!", "In Oslen."]), st.text(alphabet=" .,;!?\t-"))
def test_punctuation_changes_nothing(answer, noise):
    assert outcome(noise + answer + noise, HOME) == "correct"
