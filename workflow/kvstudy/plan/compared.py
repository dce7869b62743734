"""What is compared with the papers: which analysis tables of a study, and which lists of the papers' own."""

from kvstudy.config.model import Study
from kvstudy.contracts.vocabulary import INSTRUCTIONS, ROUTING
from kvstudy.plan.cells import experiments
from kvstudy.plan.shown import PUBLISHED

READS = {  # comparison -> experiment -> its tables
    "claims": {
        ROUTING: (
            *("curves", "tag_curves", "correlations", "within_ratio"),
            *("depth_profiles", "cliffs", "susceptibility"),
        ),
        INSTRUCTIONS: ("family_curves", "response_curves", "span_curves", "composites"),
    },
    "reproduced": {
        ROUTING: ("curves", "tag_curves", "correlations"),
        INSTRUCTIONS: ("family_curves", "response_curves", "composites"),
    },
    "figure_map": {},
}
LISTS = {"claims": {}, "reproduced": {"published": PUBLISHED}, "figure_map": {"map": "resources/figure_map.csv"}}


def inputs(study: Study, name: str, results: str) -> dict[str, str]:
    """Option of the command -> path, of one comparison, under a study's results folder."""
    tables = [table for experiment in experiments(study) for table in READS[name].get(experiment, ())]
    return LISTS[name] | {table: f"{results}/analysis/{table}.parquet" for table in tables}
