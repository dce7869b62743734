"""The rules of the probes, really run."""

from kvstudy.contracts.probes import POOLED, PROBES
from tests.conftest import with_model

ESTIMATES = "results/tiny/analysis/probes.parquet"


def test_a_study_that_keeps_hidden_states_has_its_probes(checkout, small_model):
    with_model(checkout, small_model)
    checkout.bundle("model")
    checkout.edit(checkout.config, "base: {passages: 2}", "base: {passages: 5}")
    checkout.edit(checkout.config, "max_new_tokens: 8", "max_new_tokens: 1\n    hidden_states: [base]")
    done = checkout.snakemake("--", ESTIMATES)
    assert done.returncode == 0, done.stdout + done.stderr
    done = checkout.python("-m", "kvstudy.make", "tables/probe_scores", "--results", "results/tiny")
    assert done.returncode == 0, done.stdout + done.stderr
    found = PROBES.read(checkout.folder / ESTIMATES)
    assert set(found["layer"]) == {POOLED, *range(31)} and set(found["ratio"]) == {0.0, 0.5}
    assert set(found["regime"]) == {"agnostic", "no_context", "question_only"}
    assert (found["converged"] == 1).all()
    assert "Candidate, accuracy: base" in (checkout.folder / "results/tiny/tables/probe_scores.html").read_text()
    again = checkout.snakemake("--dry-run", "--", ESTIMATES)
    assert "Nothing to be done" in again.stdout + again.stderr
