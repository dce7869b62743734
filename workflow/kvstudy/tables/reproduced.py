"""Published numbers beside the study's own, with the difference and what differs in the set-up."""

import pandas as pd

from kvstudy.contracts.comparisons import PAPERS, REPRODUCED
from kvstudy.contracts.judgements import FEWEST_CONTEXTS
from kvstudy.contracts.published import METRICS
from kvstudy.tables import document as page
from kvstudy.tables import numbers
from kvstudy.tables.table import ReportTable

PARTS = ("other_model", "other_data", "other_definition")


def rows(reproduced: pd.DataFrame) -> pd.DataFrame:
    """The table `reproduced` in the order of the papers' figures; what has no number comes last."""
    papers = {paper: place for place, paper in enumerate(PAPERS)}
    place = reproduced["artefact"].str.extract(r"(\d+)")[0].astype(float)
    order = reproduced.assign(first=reproduced["paper"].map(papers), place=place, none=reproduced["model"] == "")
    by = ["none", "first", "place", "artefact", *REPRODUCED.key]
    return order.sort_values(by, kind="stable", ignore_index=True)[list(reproduced)]


def document(frame: pd.DataFrame) -> page.Document:
    """A group for each figure or table of the papers; numbers that the study has none of are counted by reason."""
    own, without = frame[frame["model"] != ""], frame[frame["model"] == ""]
    legend = list(dict.fromkeys(map(differences, own.itertuples())))
    groups = [
        page.Group(
            f"{artefact} of arXiv {paper}: {METRICS[metric]}", tuple(_line(row, legend) for row in part.itertuples())
        )
        for (paper, artefact, metric), part in own.groupby(["paper", "artefact", "metric"], sort=False)
    ]
    columns = (
        page.Column("What"),
        page.Column("Published model"),
        page.Column("Model here"),
        page.Column("Published", number=True),
        page.Column("Here", number=True),
        page.Column("Interval", number=True),
        page.Column("Contexts", number=True),
        page.Column("Cut", number=True),
        page.Column("Difference", number=True),
        page.Column("What differs"),
    )
    said = numbers.texts(numbers.of_reproduced(frame))
    notes = [
        f"{said['published_comparisons']} comparisons; of {said['published_with_interval']} with an interval "
        f"{said['published_inside_interval']} have the published number inside. One on fewer than {FEWEST_CONTEXTS} "
        "contexts has no interval. A number is compared with the same model where the study has it, else with models "
        "of the same family, else with all of them. The difference is "
        "this study's number less the published one, cut the share of the answers that ended at their limit of tokens; "
        "the numbers in brackets say where the number is printed, and what else differs.",
    ]
    if len(without):
        every = without["reason"].value_counts().index
        reasons = "; ".join(f"{said[f'published_without_counterpart.{reason}']}: {reason}" for reason in every)
        count = said["published_without_counterpart"]
        notes.append(f"{count} published numbers have no counterpart in this study. {reasons}.")
    return page.Document("Published and reproduced", columns, tuple(groups), tuple(notes), tuple(legend))


def differences(row: tuple) -> str:
    """Where the number is printed and what differs in the set-up, in one line."""
    differ = "; ".join(text for text in (getattr(row, name) for name in PARTS) if text) or "nothing that is known"
    return f"{row.source}: {differ}"


def _line(row: tuple, legend: list[str]) -> page.Row:
    repaired = "" if row.variant == "plain" else row.variant
    ratio = "" if pd.isna(row.ratio) or row.ratio == 0 else f"ratio {row.ratio:g}"
    policy = "" if row.policy in ("none", "pooled") else row.policy
    tag = f"hop {row.tag}" if row.axis == "hop" else row.tag
    labels = (row.dataset.replace("_", " "), tag, policy, repaired, ratio, f"question-{row.regime}")
    what = ", ".join(label for label in labels if label)
    number, interval = page.estimate(row.value, row.low, row.high)
    numbers = (
        f"{row.published:z.2f}",
        number,
        interval,
        f"{row.contexts:.0f}",
        page.share(row.cut),
        f"{row.difference:+z.2f}",
    )
    note = f"[{legend.index(differences(row)) + 1}]"
    return page.Row((what, row.published_model, row.model, *numbers, note), names=3)


TABLE = ReportTable(rows, document, REPRODUCED, (REPRODUCED,))
