"""What the report shows: every figure and table, what it reads and where it stands.

Another figure is another line here, a module `kvstudy/figures/<name>.py` and a caption `workflow/report/<name>.rst`.
"""

from dataclasses import dataclass

from kvstudy.config.model import Study
from kvstudy.contracts.vocabulary import INSTRUCTIONS, ROUTING
from kvstudy.plan.cells import experiments, probed

SUFFIXES = {"figures": ("svg", "pdf", "png"), "tables": ("html", "csv", "tex")}  # the first is the one in the report
PUBLISHED = ("published", "published_sizes")  # lists of the papers' own numbers, among the resources


@dataclass(frozen=True)
class Shown:
    """A figure or a table of the report.

    Parameters
    ----------
    kind : str
        figures or tables: the package of its module, and the folder of its files.
    name : str
        Its module, its files and its caption.
    reads : tuple of str
        The analysis tables it is made from; those in `PUBLISHED` are lists of the papers' own numbers.
    category, title : str
        Where the report lists it, and as what.
    experiment : str or None
        Whose results it shows; None where it is of the whole study.
    """

    kind: str
    name: str
    reads: tuple[str, ...]
    category: str
    title: str
    experiment: str | None

    def inputs(self, results: str) -> list[str]:
        """The tables it is made from, under a study's results folder."""
        return [f"{results}/analysis/{name}.parquet" for name in self.reads if name not in PUBLISHED]

    def lists(self) -> list[str]:
        """The lists it is made from, files of the resources."""
        return [f"{name}.csv" for name in self.reads if name in PUBLISHED]

    def outputs(self, results: str) -> list[str]:
        """The files it is written to; the first is the one in the report."""
        return [f"{results}/{self.kind}/{self.name}.{suffix}" for suffix in SUFFIXES[self.kind]]


OF_ROUTING = (
    ("figures", "f1_by_ratio", ("curves",), "Answers", "Token F1 by ratio"),
    ("figures", "f1_by_answer_type", ("tag_curves",), "Answers", "Token F1 by type of answer"),
    ("figures", "f1_by_question_type", ("tag_curves",), "Answers", "Token F1 by form of question"),
    ("figures", "f1_by_direction", ("tag_curves",), "Answers", "Token F1 forward and reverse"),
    ("figures", "f1_by_alteration", ("tag_curves",), "Answers", "Token F1 of altered questions"),
    ("figures", "f1_by_hop", ("tag_curves",), "Answers", "Token F1 by hop"),
    ("figures", "errors_by_ratio", ("curves",), "Answers", "Kinds of error by ratio"),
    ("tables", "uncompressed_f1", ("curves", "published"), "Answers", "Token F1 without compression"),
    ("figures", "eviction_by_ratio", ("curves",), "Eviction", "Evicted evidence by ratio"),
    ("figures", "ger_hallucination", ("curves", "correlations"), "Eviction", "Global eviction and hallucination"),
    ("tables", "ger_correlations", ("correlations", "within_ratio", "published"), "Eviction", "GER and hallucination"),
    ("tables", "ger_readings", ("curves",), "Eviction", "Three readings of eviction"),
    ("figures", "survival_by_head", ("head_curves",), "Eviction", "Evicted evidence by layer and head"),
    ("figures", "consensus_by_ratio", ("depth_profiles",), "Eviction", "Agreement of heads by ratio"),
    ("figures", "consensus_by_layer", ("layer_curves",), "Eviction", "Agreement of heads by layer"),
    ("figures", "depth_profiles", ("depth_profiles",), "Eviction", "Agreement early and late"),
    ("tables", "funnels", ("depth_profiles", "published"), "Eviction", "Funnel or inverted funnel"),
    ("figures", "failure_modes", ("failure_curves",), "Failures", "Failure modes by ratio"),
    ("tables", "failures", ("failure_curves",), "Failures", "Failure modes and erasure"),
    ("figures", "cliffs", ("curves", "cliffs", "susceptibility"), "Failures", "Cliff and susceptibility"),
    ("tables", "cliff_estimates", ("cliffs",), "Failures", "Cliff estimates"),
    ("figures", "routes_by_ratio", ("reachability",), "Routes", "Routes to the evidence by ratio"),
    ("tables", "routes", ("reachability",), "Routes", "Routes, copies and their bound"),
    ("tables", "dataset_sizes", ("dataset_sizes", "published_sizes"), "Datasets", "Sizes of the datasets"),
)
OF_PROBES = (
    ("figures", "probes_by_ratio", ("probes",), "Probes", "Probes by ratio"),
    ("figures", "probes_by_layer", ("probes",), "Probes", "Probes by layer"),
    ("figures", "probes_by_type", ("probes",), "Probes", "Probes by type of answer"),
    ("tables", "probe_scores", ("probes",), "Probes", "Probes: scores, floors and selectivity"),
)
FOLLOWING = ("family_curves", "response_curves")
OF_INSTRUCTIONS = (
    (
        "figures",
        "following_and_leaking",
        FOLLOWING,
        "Instructions",
        "Following and leaking",
    ),
    (
        "figures",
        "standard_and_fair",
        FOLLOWING,
        "Instructions",
        "Standard and fair eviction",
    ),
    ("figures", "families_by_ratio", ("family_curves",), "Instructions", "Families of instructions by ratio"),
    ("figures", "ranking_of_families", ("family_rankings",), "Instructions", "Order of the families by ratio"),
    (
        "figures",
        "accuracy_and_ranking",
        ("family_curves", "family_rankings"),
        "Instructions",
        "Accuracy and order by policy",
    ),
    ("figures", "response_entropy", ("response_curves",), "Instructions", "Entropy of responses"),
    ("figures", "positions", ("position_curves",), "Instructions", "Instructions by their place"),
    (
        "tables",
        "instructions_summary",
        (*FOLLOWING, "span_curves"),
        "Instructions",
        "Following, leaking, keeping",
    ),
    ("figures", "leakage_by_attack", ("response_curves",), "Leakage", "Leakage by attack"),
    ("figures", "defence_leakage", ("response_curves",), "Leakage", "Leakage of the defence"),
    ("figures", "kept_shares", ("span_curves",), "Leakage", "Kept shares of directive and defence"),
    ("tables", "composite_scores", ("composites", "published"), "Repairs", "Composite scores"),
    ("figures", "repairs", FOLLOWING, "Repairs", "What repairs change"),
    ("figures", "following_against_leaking", FOLLOWING, "Repairs", "Following against leaking"),
    ("figures", "fair_by_order", FOLLOWING, "Repairs", "Fair eviction in each order"),
    ("figures", "repaired_kept_shares", ("span_curves",), "Repairs", "Kept shares under repairs"),
    ("figures", "repaired_defence_leakage", ("response_curves",), "Repairs", "Leakage of the defence under repairs"),
    ("figures", "fairness", ("span_curves", "family_curves"), "Repairs", "Fairness between instructions"),
)
OF_ANY = (
    ("tables", "claims", ("claims",), "Papers", "The papers' claims"),
    ("figures", "published_and_reproduced", ("reproduced",), "Papers", "Published against reproduced"),
    ("tables", "reproduced", ("reproduced",), "Papers", "Published and reproduced"),
    ("tables", "figure_map", ("figure_map",), "Papers", "The papers' figures and tables"),
    ("tables", "coverage", ("coverage",), "Study", "Coverage of cells"),
)
PROBES = tuple(Shown(*entry, ROUTING) for entry in OF_PROBES)
ALL = (
    *(Shown(*entry, ROUTING) for entry in OF_ROUTING),
    *PROBES,
    *(Shown(*entry, INSTRUCTIONS) for entry in OF_INSTRUCTIONS),
    *(Shown(*entry, None) for entry in OF_ANY),
)


def shown(study: Study) -> list[Shown]:
    """What the report of a study shows: what is of its experiments, and what is of any study; probes if there are."""
    here = [each for each in ALL if each.experiment is None or each.experiment in experiments(study)]
    return here if probed(study) else [each for each in here if each not in PROBES]
