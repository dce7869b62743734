"""The graph of jobs, without a model."""

from collections import Counter

DEMO_CELLS = 13
ONCE = ("plan", "model", "coverage", "coverage_table", "uncompressed_f1_table", "ger_correlations_table")
FIGURES = ("f1_by_ratio", "errors_by_ratio", "ger_hallucination", "consensus_by_layer")


def test_the_demo_has_these_jobs(checkout):
    checkout.config = "config/demo.yaml"
    expected = Counter({"cells_routing_smollm2_135m": 1, "score": DEMO_CELLS, "dataset": 2, "estimates": 3})
    assert checkout.counts() == expected + Counter(ONCE) + Counter(FIGURES)


def test_the_demo_is_what_runs_without_a_config(checkout):
    done = checkout.python("-m", "snakemake", "--dry-run", "--cores", "1")
    assert done.returncode == 0, done.stderr
    assert "Writing 10 passages of base" in done.stdout + done.stderr


def test_jobs_announce_themselves_in_words(checkout):
    done = checkout.snakemake("--dry-run")
    assert done.returncode == 0, done.stderr
    for words in ("Copying the model smollm2-135m", "Writing 2 passages of base", "Running cells"):
        assert words in done.stdout + done.stderr


def test_a_new_ratio_adds_its_cells_only(checkout):
    before = checkout.cells()
    checkout.edit("tests/workflow/tiny.yaml", "ratios: [0.5]", "ratios: [0.5, 0.875]")
    assert checkout.cells() - before == {"routing.smollm2-135m.streaming-llm.r875"}
    assert before <= checkout.cells()


def test_a_new_policy_adds_its_cells_only(checkout):
    before = checkout.cells()
    checkout.edit("tests/workflow/tiny.yaml", "policies: [streaming-llm]", "policies: [streaming-llm, knorm]")
    assert checkout.cells() - before == {"routing.smollm2-135m.knorm.r500"}
    assert before <= checkout.cells()


def test_the_plan_is_readable_and_runs_nothing(checkout):
    done = checkout.study("--plan-only")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Study tiny: 2 cells; passages: base 2"
    assert any(line.split() == ["routing", "smollm2-135m", "streaming-llm", "0.5", "1", "1"] for line in lines)
    assert any(line.split() == ["cell", "2", "not", "made", "yet"] for line in lines)
    assert "reference: SmolLM2-135M on one CPU core" in done.stdout
    assert not (checkout.folder / "results/tiny").exists()


def test_snakemake_finds_nothing_to_criticise(checkout):
    done = checkout.python("-m", "snakemake", "--lint")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_are_formatted(checkout):
    done = checkout.python("-m", "snakefmt.snakefmt", "--check", "Snakefile", "workflow/rules")
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_job_shares_its_fate_with_another(checkout):
    text = "".join(path.read_text() for path in (checkout.folder / "workflow/rules").glob("*.smk"))
    assert "group:" not in text
