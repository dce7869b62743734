from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvstudy.metrics.degenerate import is_degenerate, letters, repetition

SENTENCE = "A quick brown fox jumps over one lazy dog while seven wizards boil quince jam in Exeter."


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "-----",
        "1. 2. 3. 4. 5. 6.",
        "!?!?!?!?!?!?!?!",
        "the " * 12,
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "I am here.\n" * 10,
        f"{SENTENCE} " * 3,
        "\n".join(f"{n}. The train is late and the bus is late and the boat is late." for n in range(20)),
        SENTENCE + " and so on" * 40,
        "我喜欢吃苹果。" * 20,
    ],
)
def test_broken_text(text):
    assert is_degenerate(text)


@pytest.mark.parametrize(
    "text",
    [
        "No.",
        "ok",
        SENTENCE,
        f"{SENTENCE}\n******\n{SENTENCE}",  # two responses, or the prompt repeated first
        "मुझे सेब खाना पसंद है।",
        "ผมชอบกินแอปเปิ้ลมาก",
        "我喜欢吃苹果。",
        '{"name": "Ada", "born": 1815, "works": ["notes", "letters"]}',
        "* one\n* two\n* three",
        "1. Rome\n2. Oslo\n3. Bern",
        "row row row your boat",
    ],
)
def test_sound_text(text):
    assert not is_degenerate(text)


def test_long_prose_is_hardly_repetitive():
    licence = (Path(__file__).parents[3] / "LICENSE").read_text("utf-8")
    assert len(licence) > 10_000
    assert repetition(licence) < 0.2  # legal prose, with its stock phrases


def test_repetition_by_hand():
    assert repetition("x" * 19) == 0.0
    assert repetition("x" * 20) == 0.0
    assert repetition("x" * 29) == pytest.approx(0.9)
    assert repetition("abcdefghij" * 3) == pytest.approx(1 / 11)
    assert repetition("ABCDEFGHIJ  " * 3) == repetition("abcdefghij\n" * 3)


def test_letters_by_hand():
    assert letters("ab 1-") == 0.5
    assert letters("") == letters("  ") == 0.0


@given(st.permutations("abcdefghijklmnopqrstuvwxyzäéñøδβθжшщ0123456789.,;:!?"), st.integers(26, 52))
def test_a_text_said_twice_is_below_the_threshold_and_often_above(characters, length):
    """No character comes twice in it, and more than a quarter of them are letters."""
    plain = "".join(characters[:length])
    assert repetition(plain) == 0 and letters(plain) > 0.25
    assert not is_degenerate(plain + plain)
    assert is_degenerate(plain * 10)
