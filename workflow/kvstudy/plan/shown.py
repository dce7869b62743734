"""What the report shows: every figure and table, what it reads and where it stands.

Another figure is another line here, a module `kvstudy/figures/<name>.py` and a caption `workflow/report/<name>.rst`.
"""

from dataclasses import dataclass

from kvstudy.config.model import Study
from kvstudy.plan.cells import probed

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
    Shown("tables", "ger_correlations", ("correlations", "published"), "Eviction", "Eviction and hallucination: r"),
    Shown("figures", "consensus_by_layer", ("layer_curves",), "Eviction", "Agreement of heads by layer"),
    Shown("tables", "coverage", ("coverage",), "Study", "Coverage of cells"),
)
PROBES = (  # only where hidden states are kept
    Shown("figures", "probes_by_ratio", ("probes",), "Probes", "Probes by ratio"),
    Shown("figures", "probes_by_layer", ("probes",), "Probes", "Probes by layer"),
    Shown("figures", "probes_by_type", ("probes",), "Probes", "Probes by type of answer"),
    Shown("tables", "probe_scores", ("probes",), "Probes", "Probes: scores, floors and selectivity"),
)


def shown(study: Study) -> tuple[Shown, ...]:
    """What the report of one study shows."""
    return SHOWN + PROBES if probed(study) else SHOWN
