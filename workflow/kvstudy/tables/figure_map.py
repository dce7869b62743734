"""Which file shows what each figure and table of the papers shows.

`python -m kvstudy.tables.figure_map --docs docs/figures.md` rewrites the page about any study, and with --check it
writes nothing and fails when the page has drifted.
"""

import argparse
import sys
from pathlib import Path

import pandas as pd

from kvstudy.analysis.figure_map import in_words, read
from kvstudy.contracts.comparisons import FIGURE_MAP, PAPERS
from kvstudy.tables import document as page
from kvstudy.tables import numbers
from kvstudy.tables.table import ReportTable

MAP = Path("resources/figure_map.csv")
SUFFIX = {"figures": "svg", "tables": "html", "cards": "html"}
INTRODUCTION = """# The papers' figures and tables, and ours

Generated from `resources/figure_map.csv` by `python -m kvstudy.tables.figure_map --docs docs/figures.md`. Files lie
under `results/<study>`; every figure is there as SVG, PDF and PNG, every table as HTML, CSV and LaTeX. One file may
show what several figures of a paper show: its panels are all models and datasets of the study. In a study's report the
table *The papers' figures and tables* says which of them it has, and of the others why it has none.
"""


def rows(figure_map: pd.DataFrame) -> pd.DataFrame:
    """The table `figure_map`: the first paper first, figures before tables, by their numbers."""
    papers = {paper: place for place, paper in enumerate(PAPERS)}
    numbers = figure_map["artefact"].str.extract(r"^(Figure|Table) (\d+)$")
    kinds = numbers[0].map({"Figure": 0, "Table": 1}).fillna(2)
    order = figure_map.assign(first=figure_map["paper"].map(papers), sort=kinds, number=numbers[1].astype(float))
    return order.sort_values(["first", "sort", "number"], kind="stable", ignore_index=True)[list(figure_map)]


def document(frame: pd.DataFrame) -> page.Document:
    """A group for each paper."""
    groups = [
        page.Group(
            f"{PAPERS[paper]} (arXiv {paper})",
            tuple(page.Row((row.artefact, row.shows, file(row) or row.reason)) for row in part.itertuples()),
        )
        for paper, part in frame.groupby("paper", sort=False)
    ]
    said = numbers.texts(numbers.of_figures(frame))
    shown = f"{said['figures_shown']} of {said['figures_of_papers']}"
    notes = (f"{shown} figures and tables of the papers have a counterpart in this study.",)
    columns = tuple(map(page.Column, ("In the paper", "What it shows", "Here, or why not")))
    return page.Document("The papers' figures and tables", columns, tuple(groups), notes)


def file(row: tuple) -> str:
    """The file that shows it, under the results of a study; empty where there is none."""
    return f"{row.kind}/{row.name}.{SUFFIX[row.kind]}" if row.name else ""


def markdown(figures: pd.DataFrame) -> str:
    """The page about any study: every figure, our file and what it needs, or why there is none."""
    lines = [INTRODUCTION]
    for paper, part in rows(figures).groupby("paper", sort=False):
        lines += [f"## {PAPERS[paper]} (arXiv {paper})", "", "| in the paper | what it shows | file | needs |"]
        lines.append("|---|---|---|---|")
        for row in part.itertuples():
            where = f"`{file(row)}`" if row.name else f"none: {row.reason}"
            needs = ", ".join(map(in_words, row.needs.split()))
            lines.append(f"| {row.artefact} | {row.shows} | {where} | {needs} |")
        lines.append("")
    return "\n".join(lines)


def rewrite(docs: Path, check: bool) -> int:
    """Rewrite the page, or check it; exit status."""
    wanted = markdown(read(MAP))
    if check:
        if docs.read_text(encoding="utf-8") != wanted:
            print(f"{docs}: out of date; run python -m kvstudy.tables.figure_map --docs {docs}")
            return 1
        return 0
    docs.write_text(wanted, encoding="utf-8")
    return 0


TABLE = ReportTable(rows, document, FIGURE_MAP, (FIGURE_MAP,))


def main(argv: list[str] | None = None) -> int:
    """Write the page about any study, or check it; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.tables.figure_map", description=__doc__.splitlines()[0])
    parser.add_argument("--docs", type=Path, required=True, help="Markdown file")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the file has drifted")
    given = parser.parse_args(argv)
    return rewrite(given.docs, given.check)


if __name__ == "__main__":
    sys.exit(main())
