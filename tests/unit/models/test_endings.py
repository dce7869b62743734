"""Whatever tells that a token ends a turn is believed: a config, the tokenizer, the chat template."""

import pytest

from kvstudy.models.endings import end_tokens
from kvstudy.models.load import load_tokenizer
from kvstudy.models.manifest import write_manifest
from kvstudy.models.materialise import ModelError, materialise
from tests.unit.models.conftest import TEMPLATE, WORDS, edit

OTHER, EOS, END = WORDS.index("a"), WORDS.index("</s>"), WORDS.index("<end>")
BEGIN = WORDS.index("<s>")  # of a turn: where a template writes nothing behind one, the next one's begin ends it
FIRST_ONLY = "{% if messages[1] is defined %}{{ raise_exception('one turn') }}{% endif %}" + TEMPLATE


def found(folder, generation=None, config=None, eos=None, template=None):
    """The end tokens, where these are what generation_config.json, config.json, tokenizer and template say."""
    if generation == "no file":
        (folder / "generation_config.json").unlink()
    else:
        edit(folder / "generation_config.json", eos_token_id=generation)
    edit(folder / "config.json", eos_token_id=config)
    edit(folder / "tokenizer_config.json", eos_token=eos)
    (folder / "chat_template.jinja").unlink()
    if template:
        (folder / "chat_template.jinja").write_text(template)
    write_manifest(folder, "m", {})
    return end_tokens(folder, load_tokenizer(folder))


@pytest.mark.parametrize(
    ("said", "tokens"),
    [
        ({"generation": OTHER}, (OTHER,)),
        ({"generation": [OTHER, EOS]}, (EOS, OTHER)),
        ({"generation": OTHER, "config": EOS}, (OTHER,)),
        ({"generation": "no file", "config": EOS}, (EOS,)),
        ({"config": [EOS, OTHER]}, (EOS, OTHER)),
        ({"eos": "</s>"}, (EOS,)),
        ({"template": TEMPLATE}, (END,)),
        ({"template": TEMPLATE.replace("<end>", "\n<end>\n</s>")}, (END,)),
        ({"template": TEMPLATE.replace("<end>", " b")}, ()),
        ({"template": TEMPLATE.replace("<end>", "")}, (BEGIN,)),
        ({"template": TEMPLATE.replace("<end>", "\n"), "eos": "</s>"}, (BEGIN, EOS)),
        ({"template": FIRST_ONLY}, ()),
        ({"template": "{{ no template"}, ()),
        ({"template": "<end>"}, ()),
        ({"generation": OTHER, "eos": "</s>", "template": TEMPLATE}, (EOS, END, OTHER)),
        ({}, ()),
    ],
)
def test_the_tokens_that_end_a_turn(folder, said, tokens):
    assert found(folder, **said) == tokens


def test_a_model_whose_turns_never_end_is_refused(folder):
    assert found(folder) == ()
    with pytest.raises(ModelError, match="model m: nothing tells which token ends its turns: neither eos_token_id"):
        materialise("m", {"path": str(folder)}, folder.parent / "out")
