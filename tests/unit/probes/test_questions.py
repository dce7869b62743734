from kvstudy.probes.questions import answered, candidates, form, forms
from tests.unit.probes.conftest import entity

ENTITIES = [
    entity("Ruth Abelard", "Person"),
    entity("Ruth", "Person"),
    entity("Pennick", "Location"),
    entity("Westrel", "Location"),
]


def test_names_give_way_to_what_they_are_names_of_the_longest_first():
    assert form("Does Ruth Abelard of Pennick know Ruth?", ENTITIES) == "Does <Person> of <Location> know <Person>?"
    assert form("Where?", ENTITIES) == "Where?"


def test_questions_that_ask_alike_have_one_form(world):
    assert set(forms(world.questions, world.contexts).values()) == {
        "Whom or what has <Location> seen?",
        "Whom or what has <Person> seen?",
    }


def test_candidates_are_of_the_asked_type_and_not_in_the_question(world):
    questions = world.questions.copy()
    questions.loc[0, "question"] = "Whom has P0a seen, and L0b?"
    questions.at[0, "answers"] = ["P0c", "the third"]
    found = candidates(questions, world.contexts)
    assert found["base-0000-q00"] == {"P0b", "P0c"}
    assert found["base-0003-q01"] == {"L3a", "L3b", "L3c"}


def test_an_answer_that_is_no_entity_is_a_candidate(world):
    questions = world.questions.copy()
    questions.at[0, "answers"] = ["somebody"]
    assert candidates(questions, world.contexts)["base-0000-q00"] == {"P0a", "P0b", "P0c", "somebody"}


def test_a_question_without_an_answer_is_not_asked(world):
    questions = world.questions.assign(altered=world.questions["question_id"] == "base-0000-q00")
    assert len(answered(questions)) == len(questions) - 1
    assert "base-0000-q00" not in candidates(questions, world.contexts)
    assert "base-0000-q00" not in forms(questions, world.contexts)
