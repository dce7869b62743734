"""The tokens that end a model's turn, and with it an answer.

They stand in three places that need not agree: a chat model's configs may name only the token that ends a text, while
its turns end with another. An answer that does not stop there goes on with turns that the model invents.
"""

import json
from pathlib import Path

from jinja2 import TemplateError
from transformers import PreTrainedTokenizerFast

from kvstudy.models.prompt import TEMPLATE

ANSWER = "Answer."


def end_tokens(folder: Path, tokenizer: PreTrainedTokenizerFast) -> tuple[int, ...]:
    """Every token that ends a turn, ascending: by the model's configs, by its tokenizer, and by its chat template."""
    found = {*configured(folder), tokenizer.eos_token_id, behind_an_answer(tokenizer)}
    return tuple(sorted(found - {None}))


def configured(folder: Path) -> list[int]:
    """The tokens that generation_config.json names, or, where it names none, config.json."""
    for name in ("generation_config.json", "config.json"):
        if (folder / name).is_file():
            eos = json.loads((folder / name).read_text(encoding="utf-8")).get("eos_token_id")
            if eos is not None:
                return eos if isinstance(eos, list) else [eos]
    return []


def behind_an_answer(tokenizer: PreTrainedTokenizerFast) -> int | None:
    """The control token that the chat template writes right behind what an assistant says; None without one.

    Some templates end a turn by where the next one begins: so a user speaks again.
    """
    question = {"role": "user", "content": "Question."}
    turns = [question, {"role": "assistant", "content": ANSWER}, question]
    try:
        text = tokenizer.apply_chat_template(turns, tokenize=False, **{**TEMPLATE, "add_generation_prompt": False})
    except (TemplateError, ValueError):  # no template, or one that wants other turns
        return None
    _, answer, behind = text.rpartition(ANSWER)
    first = tokenizer.encode(behind.lstrip(), add_special_tokens=False)[:1] if answer else []
    return next((token for token in first if token in tokenizer.added_tokens_decoder), None)
