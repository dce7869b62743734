"""The generated files are those that the model makes."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from kvstudy.config import reference

HOME = Path(__file__).parents[3]
SHIPPED = [*sorted((HOME / "config").glob("*.yaml")), HOME / "tests/workflow/tiny.yaml"]


def test_the_readme_is_up_to_date():
    assert (HOME / reference.README).read_text(encoding="utf-8") == reference.readme()


def test_the_schema_is_up_to_date():
    assert (HOME / reference.SCHEMA).read_text(encoding="utf-8") == reference.schema()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_configs_fit_the_schema(path):
    schema = json.loads(reference.schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(path.read_text()), schema, jsonschema.Draft202012Validator)


def test_the_schema_refuses_an_unknown_key():
    content = yaml.safe_load(SHIPPED[0].read_text()) | {"sed": 1}
    with pytest.raises(jsonschema.ValidationError, match="sed"):
        jsonschema.validate(content, json.loads(reference.schema()))


def test_every_key_has_a_row():
    rows = [line for line in reference.readme().splitlines() if line.startswith("| `")]
    for key in ("models.<name>.source.gguf", "experiments.routing.ratios", "statistics.confidence"):
        assert any(row.startswith(f"| `{key}` |") for row in rows)
    assert all(row.count("|") - row.count("\\|") == 5 for row in rows)
