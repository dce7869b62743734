"""Token F1 of the questions with each label: a panel for each label, a block of panels for each dataset."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.tags import AXES
from kvstudy.contracts.vocabulary import CONTROLS
from kvstudy.figures import panels, style

METRIC = "token_f1"
FEWEST = 3  # questions of a panel: one on fewer would show nothing but them
WHERE = ["experiment", "model", "dataset"]


def draw_tags(tag_curves: pd.DataFrame, axis: str, words: str) -> Figure:
    """Draw token F1 against the compression ratio for each label of one axis, where a dataset has two of them.

    A label with fewer than FEWEST questions has no panel: below the panels stands which these are.

    Parameters
    ----------
    tag_curves : pandas.DataFrame
        The table `tag_curves`.
    axis : str
        One of `kvstudy.contracts.tags.AXES`.
    words : str
        What is missing where no dataset has several labels on this axis.
    """
    rows = tag_curves[(tag_curves["axis"] == axis) & (tag_curves["metric"] == METRIC)]
    rows = rows[rows.groupby(WHERE)["tag"].transform("nunique") > 1]
    if rows.empty:
        return style.message(
            f"No {words} to draw: no dataset has answered questions of two. The coverage table says what was run."
        )
    studies, regimes = panels.studies(rows), panels.regimes(rows)
    tags = [tag for tag in AXES[axis] or sorted(set(rows["tag"]), key=int) if (rows["tag"] == tag).any()]
    asked = rows.groupby(["dataset", "tag"])["rows"].max()
    rows = rows[rows.groupby(["dataset", "tag"])["rows"].transform("max") >= FEWEST]
    answered = rows[~rows["regime"].isin(CONTROLS)]
    there = set(answered[[*WHERE, "tag"]].drop_duplicates().itertuples(index=False, name=None))
    blocks = sorted({place[:-1] for place in there})
    absent = {(block, tag) for block in blocks for tag in tags if (*block, tag) not in there}
    few = listed(asked[asked < FEWEST], axis, tags)
    if not blocks:
        return style.message(f"No {words} to draw. {few} The coverage table says what was run.")
    x = panels.ratio_label(rows)
    marks, part = style.marks(tag_curves["policy"]), panels.grouped(rows, *WHERE, "tag")
    lines = len(marks) * len(regimes)
    figure, places = panels.grid(
        blocks, [METRIC], tags, lines=4, x=x, curves=lines, absent=absent, note=f"{panels.CUT} {few}"
    )
    for ((*study, dataset), _, tag), panel in places.items():
        every = part(*study, dataset, tag)
        floor = every["regime"].isin(CONTROLS)
        panels.ratio_panel(panel.axes, every[~floor], every[floor], marks)
        panels.rate_axis(panel.axes, 1.0, steps=2)
        panel.label("token F1")
        said = panels.sizes(every[~floor]), panels.cut_off(every.loc[~floor, "cut"])
        panel.head(titled(axis, tag), [panels.study_name(study, studies), dataset, *said])
    style.legend(figure, panels.policy_handles(marks, regimes) + panels.reference_handles(rows))
    return figure


def titled(axis: str, tag: str) -> str:
    """A label in words: a number alone says nothing."""
    return f"{axis} {tag}" if tag.isdigit() else tag


def listed(asked: pd.Series, axis: str, tags: list[str]) -> str:
    """Which labels have too few questions for a panel, and how many; empty where all have enough."""
    found = {}
    for (dataset, tag), number in sorted(asked.items(), key=lambda item: (item[0][0], tags.index(item[0][1]))):
        found.setdefault(dataset, []).append(f"{titled(axis, tag)} ({number})")
    said = "; ".join(f"{dataset}: {', '.join(few)}" for dataset, few in found.items())
    return f"Without a panel, on fewer than {FEWEST} questions: {said}." if found else ""
