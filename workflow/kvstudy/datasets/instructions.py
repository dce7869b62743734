"""Write the instructions dataset: python -m kvstudy.datasets.instructions --dataset NAME --resources DIR --out DIR.

The rows are kvstudy's own (`resources`/instructions/rows.jsonl), those of a JSONL file or folder (`--path`), or those
of a dataset on the Hugging Face hub at a commit (`--hub`, `--revision`). Every row is made into one system prompt per
layout, with its own task as a request; the first `--attacked` rows get the attacks as requests, too. With `--rotate`
the instructions of a row that says where they stand also take every other place in turn, without attacks.

A row without messages, as on the hub, has task and directives in one prompt. That prompt then stands in the system
turn, because only what stands there is compressed, and the user turn is a fixed request for the answer.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kvstudy.config.instructions import OWN, Row, Rows, read
from kvstudy.config.load import refuse
from kvstudy.contracts.datasets import Span
from kvstudy.contracts.instruction_classes import ATTACK, LAYOUTS, TASK
from kvstudy.contracts.instructions import REQUESTS_MADE, SYSTEM_PROMPTS
from kvstudy.datasets.system_prompts import (
    SystemPrompt,
    assemble,
    occurrences,
    positions,
    rotations,
)
from kvstudy.datasets.texts import Texts, load
from kvstudy.models import hub

NOT_TAKEN = ["*.py", "*.safetensors", "*.bin"]  # of a dataset
ROWS = (".jsonl", ".parquet", ".csv", ".tsv", ".arrow", ".gz", ".zst", ".txt", ".json")


@dataclass(frozen=True)
class Design:
    """What is made of every row.

    Parameters
    ----------
    dataset : str
        Its name, with which the names of system prompts begin.
    layouts : sequence of str
        Of the labels `LAYOUTS`.
    attacks : sequence of str
        Kinds of attack.
    rotate : bool
        Whether the instructions take every other place in turn.
    """

    dataset: str
    layouts: Sequence[str] = LAYOUTS
    attacks: Sequence[str] = ()
    rotate: bool = False


def main() -> None:
    """Write system_prompts.parquet and requests.parquet into `out`, or every wrong row to standard error."""
    parser = options()
    arguments = parser.parse_args()
    texts = load(arguments.resources)
    if arguments.whitelist:
        texts = replace(texts, whitelist=arguments.whitelist)
    attacks = list(texts.attacks) if arguments.attacks is None else arguments.attacks
    if strange := set(attacks) - set(texts.attacks):
        parser.error(f"--attacks: no {', '.join(sorted(strange))}; known are {', '.join(texts.attacks)}")
    if arguments.hub and not arguments.revision:
        parser.error("--hub needs a --revision")
    try:
        found = source(arguments)
    except hub.NotThere as error:
        refuse([f"{arguments.dataset}: {error}"])
    if found.problems:
        refuse(found.problems)
    rows = found.rows[: arguments.rows]
    attacked = len(rows) if arguments.attacked is None else arguments.attacked
    design = Design(arguments.dataset, arguments.layouts, attacks, arguments.rotate)
    made = [each for n, row in enumerate(rows) for each in tables(row, texts, design, attacked=n < attacked)]
    requests = [request for _, of in made for request in of]
    SYSTEM_PROMPTS.write([prompt for prompt, _ in made], arguments.out / "system_prompts.parquet")
    REQUESTS_MADE.write(requests, arguments.out / "requests.parquet")
    count = sum(len(row.instruction_id_list) for row in rows)
    print(f"{len(rows)} rows with {count} instructions: {len(made)} system prompts, {len(requests)} requests")


def options() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = argparse.ArgumentParser(
        prog="python -m kvstudy.datasets.instructions", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--dataset", required=True, help="its name in the study")
    parser.add_argument("--resources", required=True, type=Path, help="folder that holds instructions/")
    parser.add_argument("--out", required=True, type=Path)
    given = parser.add_mutually_exclusive_group()
    given.add_argument("--path", type=Path, help="JSONL file, or a folder of them")
    given.add_argument("--hub", help="organisation/name of a dataset in IFEval's shape")
    parser.add_argument("--revision", help="commit of the dataset on the hub")
    parser.add_argument("--rows", type=int, help="take the first so many rows only")
    parser.add_argument("--layouts", nargs="+", choices=LAYOUTS, default=LAYOUTS)
    parser.add_argument("--rotate", action="store_true", help="move every instruction through all places")
    parser.add_argument("--attacks", nargs="*", help="kinds of attack; all without it")
    parser.add_argument("--attacked", type=int, help="the first so many rows get the attacks; all without it")
    parser.add_argument("--whitelist", action="append", help="a phrase to keep; without any those of the resources")
    return parser


def source(arguments: argparse.Namespace) -> Rows:
    """The rows of wherever the command line says."""
    if arguments.hub:
        return from_hub(arguments.hub, arguments.revision)
    return read(arguments.path or arguments.resources / OWN)


def from_hub(name: str, revision: str) -> Rows:
    """The rows of a dataset on the hub, at one commit; its loader is that of the library `datasets`.

    Raises
    ------
    kvstudy.models.hub.NotThere
        It cannot be had.
    """
    from datasets import load_dataset

    folder = hub.snapshot("dataset", name, revision, {"ignore_patterns": NOT_TAKEN}, no_rows)
    try:
        found = load_dataset(str(folder), split="train")
    except Exception as error:  # a file of theirs can lead this library to any
        told = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise hub.NotThere(f"{name} at revision {revision} has no rows to train on that can be read ({told})") from None
    rows = Rows()
    for number, values in enumerate(found, 1):
        rows.add(f"{name}: row {number}", values)
    return rows


def no_rows(folder: Path) -> str | None:
    """What a folder of the hub's cache lacks; None when it holds files of rows."""
    return None if any(file.suffix in ROWS for file in folder.rglob("*.*")) else f"no file of rows ({', '.join(ROWS)})"


def tables(row: Row, texts: Texts, design: Design, attacked: bool) -> Iterator[tuple[dict, list[dict]]]:
    """A row's system prompts, each with its requests, as rows of the two tables."""
    attacks = design.attacks if attacked else ()
    for layout in design.layouts:
        for rotation in range(rotations(row) if design.rotate else 1):
            prompt = assemble(row, texts, layout, rotation)
            name = f"{design.dataset}-{row.key:04d}-{layout}" + (f"-r{rotation}" if rotation else "")
            made = [request_row(name, design.dataset, row.user or texts.request, prompt)]
            if not rotation:
                made += [request_row(name, design.dataset, texts.attacks[kind], prompt, kind) for kind in attacks]
            yield prompt_row(name, design.dataset, row, layout, rotation, prompt, texts), made


def prompt_row(
    name: str, dataset: str, row: Row, layout: str, rotation: int, prompt: SystemPrompt, texts: Texts
) -> dict:
    """The system prompt's row of its table."""
    return {
        "context_id": name,
        "dataset": dataset,
        "key": row.key,
        "layout": layout,
        "rotation": rotation,
        "passage": prompt.text,
        "words": len(prompt.text.split()),
        "directive": spans([prompt.directive]),
        "defence": spans([prompt.defence] if prompt.defence else []),
        "whitelist": spans(occurrences(prompt.text, texts.whitelist)),
        "instructions": spans(prompt.instructions),
        "positions": positions(prompt.instructions),
        "instruction_ids": row.instruction_id_list,
        "kwargs": [json.dumps(kwargs, sort_keys=True, ensure_ascii=False) for kwargs in row.kwargs],
    }


def request_row(name: str, dataset: str, text: str, prompt: SystemPrompt, attack: str | None = None) -> dict:
    """A request's row of its table."""
    depends = prompt.directive if attack is None else prompt.defence
    return {
        "question_id": f"{name}-{attack or TASK}",
        "context_id": name,
        "dataset": dataset,
        "kind": ATTACK if attack else TASK,
        "attack": attack,
        "question": text,
        "evidence": spans([depends] if depends else []),
    }


def spans(pairs: list[Span]) -> list[dict]:
    """Spans as the tables hold them."""
    return [{"start": start, "end": end} for start, end in pairs]


if __name__ == "__main__":
    main()
