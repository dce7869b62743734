"""The prompt: regions, evidence positions, and the papers' own words."""

import pytest

from kvstudy.contracts.vocabulary import CONTROLS
from kvstudy.models.prompt import Prompter
from tests.science.conftest import EXAMPLES

PASSAGE = "Orla Venn was born in Castrel. She founded the Lantern Society in 1981."
QUESTIONS = ["Where was Orla Venn born?", "In which year was the Lantern Society founded?"]


def prompter(tokenizer, form="examples", compress="passage"):
    return Prompter(tokenizer, form, compress, EXAMPLES)


@pytest.mark.parametrize("form", ["examples", "chat"])
@pytest.mark.parametrize("regime", ["agnostic", "aware"])
def test_the_region_of_compress_passage_is_the_passage(tokenizer, form, regime):
    prompt = prompter(tokenizer, form).context(PASSAGE, QUESTIONS, regime)
    start, end = prompt.region
    assert tokenizer.decode(prompt.tokens[start:end]).strip() == PASSAGE
    assert end == len(prompt.tokens)


@pytest.mark.parametrize("form", ["examples", "chat"])
def test_the_region_of_compress_context_is_everything(tokenizer, form):
    prompt = prompter(tokenizer, form, "context").context(PASSAGE, QUESTIONS, "agnostic")
    assert prompt.region == (0, len(prompt.tokens))


@pytest.mark.parametrize("form", ["examples", "chat"])
@pytest.mark.parametrize("regime", ["agnostic", "aware"])
def test_evidence_positions_decode_to_the_evidence(tokenizer, form, regime):
    prompt = prompter(tokenizer, form).context(PASSAGE, QUESTIONS, regime)
    for words in ("Castrel", "the Lantern Society", "1981"):
        start = PASSAGE.index(words)
        positions = prompt.positions([(start, start + len(words))])
        assert tokenizer.decode([prompt.tokens[i] for i in positions]).strip() == words


@pytest.mark.parametrize(
    ("form", "heading"),
    [
        ("examples", "Questions about the next passage: "),
        ("chat", "You will be given one of the following questions: "),
    ],
)
def test_question_aware_puts_all_questions_before_the_passage(tokenizer, form, heading):
    made = prompter(tokenizer, form)
    text = tokenizer.decode(made.context(PASSAGE, QUESTIONS, "aware").tokens)
    announced = heading + " ".join(QUESTIONS)
    assert text.index(announced) < text.index(PASSAGE)
    assert announced not in tokenizer.decode(made.context(PASSAGE, QUESTIONS, "agnostic").tokens)


@pytest.mark.parametrize("form", ["examples", "chat"])
@pytest.mark.parametrize("compress", ["passage", "context"])
@pytest.mark.parametrize("control", CONTROLS)
def test_a_control_has_no_passage_and_no_region(tokenizer, form, compress, control):
    prompt = prompter(tokenizer, form, compress).context(PASSAGE, QUESTIONS, control)
    assert "Castrel" not in tokenizer.decode(prompt.tokens)
    assert prompt.region == (len(prompt.tokens), len(prompt.tokens))
    assert prompt.positions([]) == []


@pytest.mark.parametrize("form", ["examples", "chat"])
def test_no_context_is_the_whole_prompt_around_an_empty_passage(tokenizer, form):
    made = prompter(tokenizer, form)
    with_passage = tokenizer.decode(made.context(PASSAGE, [], "agnostic").tokens)
    assert tokenizer.decode(made.context(PASSAGE, [], "no_context").tokens) == with_passage.replace(PASSAGE, "")


def test_question_only_in_chat_is_a_turn_that_holds_the_question(tokenizer):
    made = prompter(tokenizer, "chat")
    context = made.context(PASSAGE, QUESTIONS, "question_only").tokens
    turn = [{"role": "user", "content": QUESTIONS[0]}]
    whole = tokenizer.apply_chat_template(turn, add_generation_prompt=True, tokenize=False)
    assert tokenizer.decode(context + made.question(QUESTIONS[0])) == whole


def test_question_only_in_completion_is_the_question_part_alone(tokenizer):
    made = prompter(tokenizer)
    assert made.context(PASSAGE, QUESTIONS, "question_only").tokens == [tokenizer.bos_token_id]
    asked = tokenizer.decode(made.question(QUESTIONS[0]))
    assert asked == f"\n\nAnswer with a few words from the passage.\nQuestion: {QUESTIONS[0]}\nAnswer:"


def test_question_only_starts_with_a_line_break_where_nothing_starts_a_text(tokenizer):
    tokenizer.bos_token = None
    prompt = prompter(tokenizer).context(PASSAGE, QUESTIONS, "question_only")
    assert tokenizer.decode(prompt.tokens) == "\n"
    assert prompt.region == (len(prompt.tokens), len(prompt.tokens))


def test_chat_is_the_papers_prompt_cut_as_the_pipeline_cuts_it(tokenizer):
    made = prompter(tokenizer, "chat")
    context = tokenizer.decode(made.context(PASSAGE, [], "agnostic").tokens)
    question = tokenizer.decode(made.question("Where was Orla Venn born?"))
    turn = (
        "Read the following text and answer briefly based on it. Return only the answer. Do not generate extra. "
        + PASSAGE
        + "Where was Orla Venn born?"
    )
    whole = tokenizer.apply_chat_template(
        [{"role": "user", "content": turn}], add_generation_prompt=True, tokenize=False
    )
    assert context + question == whole
