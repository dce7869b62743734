"""How large every dataset is: passages, their length in words, and questions; beside it, how large it is printed."""

import pandas as pd

from kvstudy.contracts.published import STUDY
from kvstudy.contracts.sizes import DATASET_SIZES
from kvstudy.tables import document as page
from kvstudy.tables.table import ReportTable


def rows(dataset_sizes: pd.DataFrame) -> pd.DataFrame:
    """The table `dataset_sizes` as it is."""
    return dataset_sizes


def document(frame: pd.DataFrame, published_sizes: pd.DataFrame) -> page.Document:
    """A line for each dataset, and one for its printed size where there is one."""
    groups = [page.Group(STUDY, tuple(page.Row(_cells(row)) for row in frame.itertuples()))]
    for source, sizes in published_sizes[published_sizes["dataset"].isin(frame["dataset"])].groupby("source"):
        groups.append(page.Group(source, tuple(page.Row(_printed(row), look="apart") for row in sizes.itertuples())))
    columns = (
        page.Column("Dataset"),
        page.Column("Passages", number=True),
        page.Column("Words", number=True),
        page.Column("From", number=True),
        page.Column("To", number=True),
        page.Column("Questions", number=True),
        page.Column("Of a passage", number=True),
    )
    notes = (
        "Words are the mean length of a passage with its standard deviation, split at white space; what stands after "
        "+- in a printed size is not said there.",
    )
    return page.Document("Sizes of the datasets", columns, tuple(groups), notes)


def _cells(row: tuple) -> tuple[str, ...]:
    deviation = "" if pd.isna(row.words_sd) else f" +- {row.words_sd:.0f}"
    asked = f"{row.fewest}" if row.fewest == row.most else f"{row.fewest} to {row.most}"
    counts = (str(row.shortest), str(row.longest), str(row.questions))
    return (row.dataset, str(row.passages), f"{row.words:.0f}{deviation}", *counts, asked)


def _printed(row: tuple) -> tuple[str, ...]:
    spread = "" if pd.isna(row.spread) else f" +- {row.spread}"
    return (row.dataset, str(row.passages), f"{row.words}{spread}", "", "", str(row.questions), str(row.each))


TABLE = ReportTable(rows, document, DATASET_SIZES, (DATASET_SIZES,), beside=("published_sizes",))
