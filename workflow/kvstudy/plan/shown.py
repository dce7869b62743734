"""What the report shows: every figure and table, what it reads and where it stands.

Another figure is another line here, a module `kvstudy/figures/<name>.py` and a caption `workflow/report/<name>.rst`.
"""

from dataclasses import dataclass

SUFFIXES = {"figures": ("svg", "png"), "tables": ("html", "csv", "tex")}  # the first is the one in the report
PUBLISHED = "resources/published.csv"


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
        The analysis tables it is made from; `published` is the file of published numbers.
    category, title : str
        Where the report lists it, and as what.
    """

    kind: str
    name: str
    reads: tuple[str, ...]
    category: str
    title: str

    @property
    def rule(self) -> str:
        """Name of the rule that makes it."""
        return self.name if self.kind == "figures" else f"{self.name}_table"

    @property
    def suffix(self) -> str:
        """Ending of the file in the report."""
        return f".{SUFFIXES[self.kind][0]}"

    def inputs(self, results: str) -> dict[str, str]:
        """Option of the command -> path, under a study's results folder."""
        return {name: PUBLISHED if name == "published" else f"{results}/analysis/{name}.parquet" for name in self.reads}

    def outputs(self, results: str) -> list[str]:
        """The files it is written to; the first is the one in the report."""
        return [f"{results}/{self.kind}/{self.name}.{suffix}" for suffix in SUFFIXES[self.kind]]


SHOWN = (
    Shown("figures", "f1_by_ratio", ("curves",), "Answers", "Token F1 by ratio"),
    Shown("figures", "errors_by_ratio", ("curves",), "Answers", "Kinds of error by ratio"),
    Shown("tables", "uncompressed_f1", ("curves", "published"), "Answers", "Token F1 without compression"),
    Shown("figures", "ger_hallucination", ("curves", "correlations"), "Eviction", "Global eviction and hallucination"),
    Shown(
        "tables", "ger_correlations", ("correlations", "within_ratio", "published"), "Eviction", "GER and hallucination"
    ),
    Shown("tables", "ger_readings", ("curves",), "Eviction", "Three readings of eviction"),
    Shown("figures", "survival_by_head", ("head_curves",), "Eviction", "Evicted evidence by layer and head"),
    Shown("figures", "consensus_by_layer", ("layer_curves",), "Eviction", "Agreement of heads by layer"),
    Shown("figures", "depth_profiles", ("depth_profiles",), "Eviction", "Agreement early and late"),
    Shown("figures", "failure_modes", ("failure_curves",), "Failures", "Failure modes by ratio"),
    Shown("tables", "failures", ("failure_curves",), "Failures", "Failure modes and erasure"),
    Shown("figures", "cliffs", ("curves", "cliffs", "susceptibility"), "Failures", "Cliff and susceptibility"),
    Shown("tables", "cliff_estimates", ("cliffs",), "Failures", "Cliff estimates"),
    Shown("figures", "routes_by_ratio", ("reachability",), "Routes", "Routes to the evidence by ratio"),
    Shown("tables", "routes", ("reachability",), "Routes", "Routes, copies and their bound"),
    Shown("tables", "coverage", ("coverage",), "Study", "Coverage of cells"),
)
