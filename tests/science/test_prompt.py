"""The prompt: regions, evidence positions, and the papers' own words."""

import pytest

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


def test_the_control_has_no_passage_and_no_region(tokenizer):
    prompt = prompter(tokenizer, compress="context").context(PASSAGE, QUESTIONS, "no_context")
    assert "Castrel" not in tokenizer.decode(prompt.tokens)
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
