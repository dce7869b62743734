"""The reference of every table in results/README.md, generated from the contracts.

`python -m kvstudy.tables.columns --readme results/README.md` rewrites the generated part; with --check it writes
nothing and fails when the file has drifted.
"""

import argparse
from pathlib import Path

from kvstudy.contracts.analysis import (
    CLIFFS,
    CORRELATIONS,
    COVERAGE,
    CURVES,
    DEPTH_PROFILES,
    FAILURE_CURVES,
    HEAD_CURVES,
    LAYER_CURVES,
    REACHABILITY,
    SUSCEPTIBILITY,
    WITHIN_RATIO,
)
from kvstudy.contracts.comparisons import CLAIMS, FIGURE_MAP, REPRODUCED
from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.facts import (
    ANSWERS,
    ATTENTION,
    DECODED_ATTENTION,
    HIDDEN_STATES,
    ROUTES,
    STATE,
    SURVIVORS,
    TOKEN_SPANS,
)
from kvstudy.contracts.instruction_analysis import (
    COMPOSITES,
    FAMILY_CURVES,
    FAMILY_RANKINGS,
    POSITION_CURVES,
    RESPONSE_CURVES,
    SPAN_CURVES,
)
from kvstudy.contracts.instruction_scores import FAIRNESS_SCORES, RESPONSE_SCORES, SPAN_SCORES, VERDICTS
from kvstudy.contracts.instructions import REQUESTS_MADE, SYSTEM_PROMPTS
from kvstudy.contracts.plan import CELLS
from kvstudy.contracts.probes import NAMES, PREDICTIONS, PROBES
from kvstudy.contracts.scores import CONTEXT_SCORES, HEAD_SCORES, LAYER_SCORES, QUESTION_SCORES, ROUTE_SCORES
from kvstudy.contracts.sizes import DATASET_SIZES
from kvstudy.contracts.table import Column, Table
from kvstudy.contracts.tags import TAG_CURVES
from kvstudy.tables.composite_scores import COMPOSITE_SCORES
from kvstudy.tables.coverage import COVERAGE_ROWS
from kvstudy.tables.failures import FAILURES
from kvstudy.tables.funnels import FUNNELS
from kvstudy.tables.ger_correlations import GER_CORRELATIONS
from kvstudy.tables.ger_readings import GER_READINGS
from kvstudy.tables.instructions_summary import INSTRUCTIONS_SUMMARY
from kvstudy.tables.probe_scores import PROBE_SCORES
from kvstudy.tables.routes import ROUTES as ROUTES_BY_CELL
from kvstudy.tables.uncompressed_f1 import UNCOMPRESSED_F1

FILES: dict[str, Table] = {
    "cells.parquet": CELLS,
    "datasets/<dataset>/contexts.parquet": CONTEXTS,
    "datasets/<dataset>/questions.parquet": QUESTIONS,
    "datasets/system_prompts/system_prompts.parquet": SYSTEM_PROMPTS,
    "datasets/system_prompts/requests.parquet": REQUESTS_MADE,
    "cells/<cell>/states/<part>.parquet": STATE,
    "cells/<cell>/answers/<part>.parquet": ANSWERS,
    "cells/<cell>/survivors/<part>.parquet": SURVIVORS,
    "cells/<cell>/spans/<part>.parquet": TOKEN_SPANS,
    "cells/<cell>/attention/<part>.parquet": ATTENTION,
    "cells/<cell>/decoded_attention/<part>.parquet": DECODED_ATTENTION,
    "cells/<cell>/hidden_states/<part>.parquet": HIDDEN_STATES,
    "cells/<cell>/routes/<part>.parquet": ROUTES,
    "scores/<cell>/questions.parquet": QUESTION_SCORES,
    "scores/<cell>/contexts.parquet": CONTEXT_SCORES,
    "scores/<cell>/layers.parquet": LAYER_SCORES,
    "scores/<cell>/heads.parquet": HEAD_SCORES,
    "scores/<cell>/routes.parquet": ROUTE_SCORES,
    "scores/<cell>/responses.parquet": RESPONSE_SCORES,
    "scores/<cell>/verdicts.parquet": VERDICTS,
    "scores/<cell>/spans.parquet": SPAN_SCORES,
    "scores/<cell>/fairness.parquet": FAIRNESS_SCORES,
    "probes/names/<model>.parquet": NAMES,
    "probes/<cell>.parquet": PREDICTIONS,
    "analysis/curves.parquet": CURVES,
    "analysis/tag_curves.parquet": TAG_CURVES,
    "analysis/layer_curves.parquet": LAYER_CURVES,
    "analysis/head_curves.parquet": HEAD_CURVES,
    "analysis/depth_profiles.parquet": DEPTH_PROFILES,
    "analysis/correlations.parquet": CORRELATIONS,
    "analysis/probes.parquet": PROBES,
    "analysis/within_ratio.parquet": WITHIN_RATIO,
    "analysis/failure_curves.parquet": FAILURE_CURVES,
    "analysis/cliffs.parquet": CLIFFS,
    "analysis/susceptibility.parquet": SUSCEPTIBILITY,
    "analysis/reachability.parquet": REACHABILITY,
    "analysis/response_curves.parquet": RESPONSE_CURVES,
    "analysis/family_curves.parquet": FAMILY_CURVES,
    "analysis/family_rankings.parquet": FAMILY_RANKINGS,
    "analysis/span_curves.parquet": SPAN_CURVES,
    "analysis/position_curves.parquet": POSITION_CURVES,
    "analysis/composites.parquet": COMPOSITES,
    "analysis/dataset_sizes.parquet": DATASET_SIZES,
    "analysis/claims.parquet": CLAIMS,
    "analysis/reproduced.parquet": REPRODUCED,
    "analysis/figure_map.parquet": FIGURE_MAP,
    "analysis/coverage.parquet": COVERAGE,
    "tables/uncompressed_f1.csv": UNCOMPRESSED_F1,
    "tables/ger_correlations.csv": GER_CORRELATIONS,
    "tables/probe_scores.csv": PROBE_SCORES,
    "tables/ger_readings.csv": GER_READINGS,
    "tables/funnels.csv": FUNNELS,
    "tables/failures.csv": FAILURES,
    "tables/cliff_estimates.csv": CLIFFS,
    "tables/routes.csv": ROUTES_BY_CELL,
    "tables/instructions_summary.csv": INSTRUCTIONS_SUMMARY,
    "tables/composite_scores.csv": COMPOSITE_SCORES,
    "tables/coverage.csv": COVERAGE_ROWS,
}
BEGIN, END = "<!-- columns: generated, do not edit below -->", "<!-- columns: end -->"


def reference() -> str:
    """Markdown: a heading for each file, what one row is, and a line for each column."""
    return "\n".join(_table(path, table) for path, table in FILES.items())


def rewritten(text: str) -> str:
    """`text` with the part between the two marks replaced by the reference.

    Raises
    ------
    ValueError
        A mark is missing.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the marks {BEGIN!r} and {END!r} are missing")
    return f"{before}{BEGIN}\n\n{reference()}\n{END}{after}"


def _table(path: str, table: Table) -> str:
    lines = [f"### `{path}`", "", f"{table.doc} Key: {', '.join(f'`{name}`' for name in table.key)}.", ""]
    lines += ["| column | type | unit or values | meaning |", "|---|---|---|---|"]
    lines += [f"| `{c.name}` | {_type(c)} | {_range(c)} | {c.doc} |" for c in table.columns]
    return "\n".join(lines) + "\n"


def _type(column: Column) -> str:
    name = str(column.type).replace("list<element: ", "list of ").replace("list<item: ", "list of ")
    name = name.removesuffix(">") if name.startswith("list of ") else name
    return name.replace("struct<", "{").replace(">", "}") + (", may be missing" if column.optional else "")


def _range(column: Column) -> str:
    if column.values:
        return ", ".join(f"`{value}`" for value in column.values)
    return column.unit


def main(argv: list[str] | None = None) -> int:
    """Rewrite the generated part, or check it; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.tables.columns", description=__doc__.splitlines()[0])
    parser.add_argument("--readme", type=Path, required=True, help="Markdown file that holds the two marks")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the file has drifted")
    arguments = parser.parse_args(argv)
    text = arguments.readme.read_text(encoding="utf-8")
    wanted = rewritten(text)
    if wanted == text:
        return 0
    if arguments.check:
        print(f"{arguments.readme}: out of date; run python -m kvstudy.tables.columns --readme {arguments.readme}")
        return 1
    arguments.readme.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
