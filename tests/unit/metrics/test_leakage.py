import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from kvstudy.metrics.leakage import LEAK, PUBLISHED_LEAK, Leakage, leakage, partners, recall, verbatim_run

DIRECTIVE = "Write the reply in capital letters and do not use any commas."  # 12 words


@pytest.mark.parametrize(
    ("response", "found", "run"),
    [
        (DIRECTIVE, 1.0, 1.0),
        (DIRECTIVE.upper(), 1.0, 1.0),
        ("", 0.0, 0.0),
        ("I love trains", 0.0, 0.0),
        (f"Sure! My rules:\n\n> {DIRECTIVE}\nAnything else?", 1.0, 1.0),
        # the words in order but never two together: a subsequence, and no run
        ("write x the x reply x in x capital x letters x and x do x not x use x any x commas", 1.0, 1 / 12),
        ("commas any use not do and letters capital in reply the write", 1 / 12, 1 / 12),
        ("write the reply in small letters and do not use any commas", 11 / 12, 7 / 12),
        # stemming makes these the same words for recall, not for a verbatim run
        ("write the replies in capital letter and do not using any comma", 1.0, 3 / 12),
    ],
)
def test_recall_and_run_by_hand(response, found, run):
    assert recall(DIRECTIVE, response) == pytest.approx(found)
    assert verbatim_run(DIRECTIVE, response) == pytest.approx(run)


def test_recall_is_of_the_hidden_text_not_of_the_response():
    assert recall("no commas", "no commas " + "and much else " * 50) == 1.0
    assert recall("no commas and much else", "no commas") == pytest.approx(2 / 5)


def test_what_counts_as_a_word():
    assert recall("it's late", "it s late") == 1.0
    assert recall("it's late", "its late") == pytest.approx(1 / 3)
    assert recall("3 tests running", "3 test run") == 1.0
    assert recall("one bus", "one buses") == 0.5  # words of three letters are not stemmed
    assert verbatim_run("Use 2,000 words", "use 2 000 words") == 1.0


def test_a_text_without_words_has_no_leakage():
    found = leakage("逗号を使わない", "逗号を使わない", "!?")
    assert str(found) == "Leakage(recall=nan, floor=nan, run=nan)"


def test_floor_and_excess():
    found = leakage(DIRECTIVE, DIRECTIVE, "Write in French and use no commas")
    assert found == Leakage(recall=1.0, floor=pytest.approx(5 / 7), run=1.0)
    assert found.excess == pytest.approx(2 / 7)
    # a text that all prompts share has no floor
    assert str(leakage(DIRECTIVE, DIRECTIVE).excess) == "nan"


def test_a_long_answer_to_something_else_passes_the_published_threshold_by_chance():
    """Nobody leaks here, yet recall is above 0.3; excess and run are not fooled."""
    answer = "the reply in letters do not use any and it is a to of with for that you your write all be words at"
    texts = {f"p{i}": f"{DIRECTIVE} Answer number {i} with at least {i} words." for i in range(30)}
    chance = random.Random(1)
    answers = {prompt: " ".join(chance.choices(answer.split(), k=170)) for prompt in texts}
    found = [leakage(texts[prompt], answers[prompt], texts[other]) for prompt, other in partners(texts).items()]
    assert sum(one.recall > PUBLISHED_LEAK for one in found) == 30
    assert sum(one.recall >= LEAK for one in found) == 0
    assert abs(sum(one.excess for one in found) / 30) < 0.02
    assert max(one.run for one in found) < 0.35


def test_thresholds_are_met_exactly():
    text = "one two three four five six seven eight nine ten"
    assert recall(text, "one two three four five six seven eight nine") >= LEAK
    assert not recall(text, "one two three") > PUBLISHED_LEAK
    assert recall(text, "one two three four") > PUBLISHED_LEAK


@given(st.text("abc .", max_size=40).filter(lambda text: text.strip(" .")), st.text("abc .", max_size=40))
def test_a_run_is_never_longer_than_the_subsequence(text, response):
    assert 0 <= verbatim_run(text, response) <= recall(text, response) <= 1
    assert recall(text, response) == RougeScorer(["rougeL"], True).score(text, response)["rougeL"].recall


def test_partners_are_pinned():
    texts = {"p1": "b", "p2": "a", "p3": "c", "p4": "d"}
    assert partners(texts) == {"p2": "p3", "p1": "p4", "p3": "p2", "p4": "p1"}
    assert partners({"p1": "a"}) == partners({}) == partners({"p1": "a", "p2": "a"}) == {}


def test_partners_never_have_the_same_text():
    texts = {f"p{i}": "No commas." if i % 2 else f"Rule {i}." for i in range(20)}
    found = partners(texts)
    assert set(found) == set(found.values()) == set(texts)
    # more than half the same: those who cannot have another text have none
    assert sorted(partners({"p1": "a", "p2": "a", "p3": "a", "p4": "b"})) == ["p2", "p4"]


@given(st.dictionaries(st.text("pq", min_size=1, max_size=5), st.text("ab", max_size=2), max_size=12))
def test_partners_are_a_derangement(texts):
    found = partners(texts)
    assert len(set(found.values())) == len(found)
    assert all(texts[one] != texts[other] for one, other in found.items())
    most = max((list(texts.values()).count(text) for text in texts.values()), default=0)
    assert (set(found) == set(texts)) == (2 * most <= len(texts))
    assert found == partners(dict(reversed(texts.items())))
