"""How large every dataset is: passages, their length in words, and questions."""

import pandas as pd

from kvstudy.contracts.sizes import DATASET_SIZES
from kvstudy.tables import cli
from kvstudy.tables import document as page


def document(frame: pd.DataFrame) -> page.Document:
    """A line for each dataset."""
    lines = tuple(page.Row(_cells(row)) for row in frame.itertuples())
    columns = (
        page.Column("Dataset"),
        page.Column("Passages", number=True),
        page.Column("Words", number=True),
        page.Column("From", number=True),
        page.Column("To", number=True),
        page.Column("Questions", number=True),
        page.Column("Of a passage", number=True),
    )
    notes = ("Words are the mean length of a passage with its standard deviation, split at white space.",)
    return page.Document("Sizes of the datasets", columns, (page.Group("this study", lines),), notes)


def _cells(row: tuple) -> tuple[str, ...]:
    deviation = "" if pd.isna(row.words_sd) else f" +- {row.words_sd:.0f}"
    asked = f"{row.fewest}" if row.fewest == row.most else f"{row.fewest} to {row.most}"
    counts = (str(row.shortest), str(row.longest), str(row.questions))
    return (row.dataset, str(row.passages), f"{row.words:.0f}{deviation}", *counts, asked)


def main(argv: list[str] | None = None) -> None:
    """Write the table."""
    frames, out = cli.arguments("kvstudy.tables.dataset_sizes", __doc__, DATASET_SIZES, with_published=False, argv=argv)
    cli.write(out, DATASET_SIZES, frames["dataset_sizes"], document(frames["dataset_sizes"]))


if __name__ == "__main__":
    main()
