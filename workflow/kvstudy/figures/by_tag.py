"""Token F1 of the questions with each label: a panel for each label, a line of panels for each dataset."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.tags import AXES
from kvstudy.contracts.vocabulary import CONTROLS, REGIMES
from kvstudy.figures import panels, style

METRIC = "token_f1"


def draw_tags(tag_curves: pd.DataFrame, axis: str, words: str) -> Figure:
    """Draw token F1 against the compression ratio for each label of one axis, where a dataset has two of them.

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
    rows = rows[rows.groupby(["experiment", "model", "dataset"])["tag"].transform("nunique") > 1]
    if rows.empty:
        return style.message(
            f"No {words} to draw: no dataset has answered questions of two. The coverage table says what was run."
        )
    studies = panels.studies(rows)
    regimes = [regime for regime in REGIMES if (rows["regime"] == regime).any()]
    tags = [tag for tag in AXES[axis] or sorted(set(rows["tag"]), key=int) if (rows["tag"] == tag).any()]
    blocks = sorted(set(rows[["experiment", "model", "dataset"]].itertuples(index=False, name=None)))
    figure, places = panels.grid(blocks, [METRIC], tags, lines=3, width=1.75, height=1.1)
    marks = style.marks(tag_curves["policy"])
    for ((experiment, model, dataset), _, tag), panel in places.items():
        every = panels.select(rows, experiment=experiment, model=model, dataset=dataset, tag=tag)
        floor = every["regime"].isin(CONTROLS)
        here = every[~floor]
        panels.ratio_panel(panel.axes, here, every[floor], marks)
        panels.rate_axis(panel.axes, 1.0, steps=2)
        panel.label("token F1")
        name = panels.study_name((experiment, model), studies)
        title = f"{axis} {tag}" if tag.isdigit() else tag
        panel.head(title, [name, dataset, panels.sizes(here) if len(here) else "none asked"])
    figure.supxlabel(panels.ratio_label(rows), fontsize=8)
    style.legend(figure, panels.policy_handles(marks, regimes) + panels.reference_handles(rows))
    return figure
