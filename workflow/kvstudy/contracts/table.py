"""A table's contract, and the only functions that write and read Parquet.

A contract is checked on both sides of the file: a stage that writes a wrong value fails in that stage, and a stage that
reads a file made by other code fails before it computes anything.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pandera.pandas as pa_check
import pyarrow as pa
import pyarrow.parquet as pq

from kvstudy.contracts.files import atomic

PART = 1_000_000  # rows of a file that are checked at a time
TEXT, INT, NUMBER, HALF, FLAG = pa.string(), pa.int32(), pa.float64(), pa.float16(), pa.bool_()


class ContractError(ValueError):
    """A table that breaks its contract; the message names the table, the column and the first bad values."""


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    name : str
    type : pyarrow.DataType
    unit : str
        "tokens", "characters", "0..1", ...; empty for names and labels.
    low, high : float, optional
        Inclusive bounds of a number.
    values : tuple of str, optional
        The only values that are allowed.
    optional : bool
        Whether a value may be missing.
    doc : str
        What the value means, in one sentence.
    """

    name: str
    type: pa.DataType
    unit: str = ""
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] | None = None
    optional: bool = False
    doc: str = ""

    def check(self) -> pa_check.Column:
        """The pandera column that holds the ranges and labels; types are held by the Arrow schema."""
        checks = []
        if self.low is not None:
            checks.append(pa_check.Check.ge(self.low))
        if self.high is not None:
            checks.append(pa_check.Check.le(self.high))
        if self.values is not None:
            checks.append(pa_check.Check.isin(self.values))
        return pa_check.Column(checks=checks, nullable=self.optional)


@dataclass(frozen=True)
class Table:
    """A table's contract.

    Parameters
    ----------
    name : str
        Unique name, the file's stem.
    columns : tuple of Column
        In the order they are written.
    key : tuple of str
        The columns that together name a row; no two rows share them.
    doc : str
        What one row is.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    doc: str = ""

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema that every file of this table has."""
        return pa.schema([pa.field(c.name, c.type, nullable=c.optional) for c in self.columns])

    @property
    def halves(self) -> list[str]:
        """The columns that are stored in half precision; in memory they are float32."""
        return [c.name for c in self.columns if c.type == HALF]

    def check(self, frame: pd.DataFrame, where: str) -> None:
        """Raise ContractError unless `frame` has exactly these columns, in range, with unique keys."""
        names = [c.name for c in self.columns]
        if list(frame.columns) != names:
            missing = [n for n in names if n not in frame.columns]
            extra = [n for n in frame.columns if n not in names]
            raise ContractError(f"{where}: table {self.name}: missing columns {missing}, unknown columns {extra}")
        schema = pa_check.DataFrameSchema(
            {c.name: c.check() for c in self.columns}, unique=list(self.key) if self.key else None
        )
        try:
            schema.validate(frame, lazy=True)
        except pa_check.errors.SchemaErrors as error:
            cases = error.failure_cases[["column", "check", "failure_case"]].head(5).to_dict("records")
            raise ContractError(f"{where}: table {self.name}: {cases}") from None

    def write(self, rows: pd.DataFrame | list[dict], path: Path | str) -> None:
        """Check and write one file: sorted by the key, atomic, the same bytes for the same rows."""
        with self.writing(path) as write:
            write(rows)

    @contextmanager
    def writing(self, path: Path | str) -> Iterator[Callable[[pd.DataFrame | list[dict]], None]]:
        """Check and write one file a part at a time, so that a long table is never in memory as a whole.

        Yields
        ------
        callable
            Writes some rows, sorted by the key. All keys of a part come after those of the part before.
        """
        last: tuple | None = None

        def write(rows: pd.DataFrame | list[dict]) -> None:
            nonlocal last
            keys = list(self.key)
            frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows, columns=self.schema.names)
            frame = frame.sort_values(keys, kind="stable", ignore_index=True)
            self.check(frame, str(path))
            if keys and len(frame):
                first, end = (tuple(frame.iloc[row][keys]) for row in (0, -1))
                if last is not None and first <= last:
                    raise ContractError(f"{path}: table {self.name}: the key {first} comes after {last}")
                last = end
            try:
                table = pa.Table.from_pandas(frame, schema=self.schema, preserve_index=False)
            except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
                raise ContractError(f"{path}: table {self.name}: {error}") from None
            file.write_table(table.replace_schema_metadata(None))

        options = {
            "compression": "zstd",
            "compression_level": 9,
            "version": "2.6",
            "use_dictionary": [name for name in self.schema.names if name not in self.halves],
            "use_byte_stream_split": self.halves,  # takes a sixth off what zstd leaves of them
            "write_page_checksum": True,  # so that a flipped bit is found
        }
        with atomic(path) as temporary, pq.ParquetWriter(temporary, self.schema, **options) as file:
            yield write

    def read(self, path: Path | str, filters: list[tuple] | None = None) -> pd.DataFrame:
        """Read and check one file, or the rows of it that pass pyarrow's `filters`.

        Raises
        ------
        ContractError
            The file is truncated, not Parquet, has another schema, or holds values out of range.
        """
        return self._checked(self._frame(self._read(path, filters)), str(path))

    def read_parts(self, folder: Path, names: list[str], filters: list[tuple] | None = None) -> pd.DataFrame:
        """Read and check some files of a folder, none of them perhaps, as one table sorted by the key.

        Raises
        ------
        ContractError
            As for `read`, of any of the files or of all together.
        """
        tables = [self._read(folder / name, filters) for name in names] or [self.schema.empty_table()]
        frame = self._frame(pa.concat_tables(tables)).sort_values(list(self.key), kind="stable", ignore_index=True)
        return self._checked(frame, str(folder))

    def _frame(self, table: pa.Table) -> pd.DataFrame:
        """The rows of a table, unchecked."""
        # Half precision is for files alone, and so are texts by number, which keep a long table small until here.
        return table.to_pandas().astype(dict.fromkeys(self._texts, object) | dict.fromkeys(self.halves, "float32"))

    def _checked(self, frame: pd.DataFrame, where: str) -> pd.DataFrame:
        """The same rows, which are sorted by the key, or ContractError."""
        for start in range(0, len(frame) + 1, PART):  # a row shared by neighbours, as equal keys stand side by side
            self.check(frame.iloc[max(start - 1, 0) : start + PART], where)
        return frame

    @property
    def _texts(self) -> list[str]:
        return [c.name for c in self.columns if c.type == TEXT and not c.optional]

    def _read(self, path: Path | str, filters: list[tuple] | None) -> pa.Table:
        """One file, or ContractError."""
        try:
            schema = pq.read_schema(path)
            options = {"filters": filters, "read_dictionary": self._texts, "page_checksum_verification": True}
            table = pq.read_table(path, partitioning=None, **options)
        except (pa.ArrowException, OSError) as error:
            if isinstance(error, FileNotFoundError):
                raise
            raise ContractError(f"{path}: table {self.name}: cannot be read: {error}") from None
        if not schema.equals(self.schema):
            raise ContractError(f"{path}: table {self.name}: its columns are {schema.names}")
        return table
