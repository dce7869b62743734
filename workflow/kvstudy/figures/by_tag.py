"""Token F1 of the questions with each label: a panel for each label, a line of panels for each dataset and regime."""

import pandas as pd
from matplotlib.figure import Figure

from kvstudy.contracts.tags import AXES
from kvstudy.contracts.vocabulary import CONTROLS
from kvstudy.figures import panels, style

METRIC = "token_f1"


def draw_tags(tag_curves: pd.DataFrame, axis: str, words: str) -> Figure:
    """Draw token F1 against the compression ratio for each label of one axis.

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
    parts, studies = panels.parts(rows), panels.studies(rows)
    if not parts:
        return style.message(f"No {words} to draw: no such questions were answered. The coverage table says why.")
    tags = [tag for tag in AXES[axis] or sorted(set(rows["tag"]), key=int) if (rows["tag"] == tag).any()]
    blocks = [(*study, *part) for study in studies for part in parts]
    figure, places = panels.grid(blocks, [METRIC], tags, lines=3, width=1.75, height=1.1)
    marks = style.marks(tag_curves["policy"])
    for ((experiment, model, dataset, regime), _, tag), panel in places.items():
        where = {"experiment": experiment, "model": model, "dataset": dataset, "tag": tag}
        every = panels.select(rows, **where)
        here = panels.select(every, regime=regime)
        if here.empty:
            panel.axes.set_axis_off()
            continue
        panels.ratio_panel(panel.axes, here, every[every["regime"].isin(CONTROLS)], marks)
        panels.rate_axis(panel.axes, 1.0)
        panel.label("token F1")
        name = panels.study_name((experiment, model), studies)
        title = f"{axis} {tag}" if tag.isdigit() else tag
        panel.head(title, [name, f"{dataset}, {regime}", panels.sizes(here)])
    regimes = sorted({regime for _, regime in parts})
    figure.supxlabel(panels.ratio_label(rows), fontsize=8)
    style.legend(figure, panels.policy_handles(marks, regimes) + panels.reference_handles(rows))
    return figure
