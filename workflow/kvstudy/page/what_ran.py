"""What ran: models, policies, datasets, ratios, versions and the time it took."""

from collections.abc import Iterable
from dataclasses import asdict

from kvstudy.contracts.vocabulary import BASELINE, REGIMES
from kvstudy.page.results import Results
from kvstudy.tables.document import Column, Document, Group, Row

MINUTE, HOUR = 60, 3600
NOTE = (
    "Time is the sum over cells, each with the prefills that it needed; jobs that ran side by side took less. "
    "Names are those of the config."
)


def facts(results: Results) -> dict:
    """Counts in a few words, and a table each of models, policies and datasets."""
    cells = results.cells
    records = results.records.values()
    compressed = cells[cells["policy"] != BASELINE]
    datasets = _datasets(results)
    documents = (_experiments(results), _models(results), _policies(results), datasets, _versions(results))
    counts = [
        ("Models", cells["model"].nunique()),
        ("Policies, repaired ones included", compressed["policy"].nunique()),
        ("Ratios, besides 0", compressed["ratio"].nunique()),
        ("Datasets", len(datasets.groups[0].rows)),
        ("Cells: a model, policy and ratio each", len(cells)),
        ("Computing", duration(sum(record["seconds"] for record in records))),
    ]
    return {
        "counts": [[str(value), what] for what, value in counts],
        "documents": [asdict(document) for document in documents],
        "note": NOTE,
    }


def duration(seconds: float) -> str:
    """A time in its two largest units."""
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE:.0f} min {seconds % MINUTE:.0f} s"
    return f"{seconds // HOUR:.0f} h {seconds % HOUR // MINUTE:.0f} min"


def press(policy: dict) -> str:
    """A policy's press and its arguments, as one would write them in Python."""
    arguments = (
        f"{name}={press(value) if isinstance(value, dict) and 'press' in value else value}"
        for name, value in policy.get("arguments", {}).items()
    )
    return f"{policy['press']}({', '.join(arguments)})"


def source(of: dict) -> str:
    """Where a model came from, as its config has it, and that the study only links to it where that is so."""
    said = [f"{name} {value}" for name, value in sorted(of.items()) if name != "copy"]
    return ", ".join(said if of.get("copy", True) else [*said, "linked"])


def _experiments(results: Results) -> Document:
    """Regimes and ratios of each experiment."""
    rows = []
    for name, cells in results.cells.groupby("experiment", sort=False):
        parts = [part for cell in cells["cell"] for part in results.records[cell]["states"]]
        found = {part["regime"] for part in parts}
        job = results.records[cells["cell"].iloc[0]]["job"]
        ratios = ", ".join(f"{ratio:g}" for ratio in sorted(cells["ratio"].unique()))
        regimes = ", ".join(f"question-{regime}" for regime in REGIMES if regime in found)
        tokens = str(job["max_new_tokens"])
        rows.append((name, regimes, ratios, f"the {job['compress']}", tokens, str(len(cells))))
    columns = ("Experiment", "Regimes", "Ratios", "Compressed", "New tokens", "Cells")
    return _document("Experiments", columns, rows, numbers=2)


def _models(results: Results) -> Document:
    """Where each model came from, and on what it ran."""
    rows = []
    for model, cells in results.cells.groupby("model"):
        records = [results.records[cell] for cell in cells["cell"]]
        ran = [record for record in records if record["depends"]]  # those whose jobs failed depend on nothing
        sources = _together(source(record["model_source"]) for record in ran)
        prompts = _together(record["job"]["model"]["prompt"] for record in records)
        where = _together(f"{record['depends']['device']} ({record['machine']})" for record in ran)
        dtypes = _together(record["depends"]["dtype"] for record in ran)
        time = duration(sum(record["seconds"] for record in records))
        rows.append((model, sources, prompts, dtypes, where, str(len(cells)), time))
    columns = ("Model", "Source", "Prompt", "Numbers", "Device", "Cells", "Computing")
    return _document("Models", columns, rows, numbers=2)


def _policies(results: Results) -> Document:
    """The press behind each policy."""
    found: dict[str, list[dict]] = {}
    for record in results.records.values():
        if record["job"]["policy_name"] != BASELINE:
            found.setdefault(record["job"]["policy_name"], []).append(record)
    rows = [
        (
            name,
            press(records[0]["job"]["policy"]),
            _together(record["job"]["variant"] for record in records),
            str(len(records)),
            duration(sum(record["seconds"] for record in records)),
        )
        for name, records in sorted(found.items())
    ]
    return _document("Policies", ("Policy", "Press of kvpress", "Variants", "Cells", "Computing"), rows, numbers=2)


def _datasets(results: Results) -> Document:
    """How much is asked of each dataset."""
    rows = [(name, *(str(len(table)) for table in found)) for name, found in results.datasets.items()]
    return _document("Datasets", ("Dataset", "Contexts", "Questions"), rows, numbers=2)


def _versions(results: Results) -> Document:
    """The packages that the facts depend on, and kvstudy's code; several where cells ran at different times."""
    found: dict[str, set[str]] = {}
    for record in results.records.values():
        if record["depends"]:
            found.setdefault("facts of kvstudy", set()).add(str(record["depends"]["facts"]))
            found.setdefault("code of kvstudy", set()).update(record["code"])
        for package, version in record["depends"].get("packages", {}).items():
            found.setdefault(package, set()).add(version)
    return _document("Versions", ("Package", "Version"), [(name, ", ".join(sorted(found[name]))) for name in found])


def _together(values: Iterable[str]) -> str:
    """All different values, in the order in which they first come."""
    return ", ".join(dict.fromkeys(values))


def _document(title: str, labels: tuple[str, ...], rows: list[tuple[str, ...]], numbers: int = 0) -> Document:
    """A table of one group, whose last columns are numbers."""
    first = len(labels) - numbers
    columns = tuple(Column(label, number=place >= first) for place, label in enumerate(labels))
    return Document(title, columns, (Group("", tuple(map(Row, rows))),))
