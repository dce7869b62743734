"""What a card says of the system prompts, counted from the rows of their two tables."""

from collections import Counter
from dataclasses import dataclass

from kvstudy.cards.card import Counts, digest
from kvstudy.cards.lengths import CountTokens, Lengths, lengths
from kvstudy.contracts.instruction_classes import ATTACK, INSTRUCTIONS, LAYOUTS
from kvstudy.contracts.instructions import SPAN_COLUMNS


@dataclass(frozen=True)
class Sample:
    """A system prompt with the requests under it, as rows of the tables."""

    prompt: dict
    requests: list[dict]


@dataclass(frozen=True)
class PromptsCard:
    """What there is to say of the system prompts.

    Parameters
    ----------
    dataset : str
    rows : dict of str to int
        Number of instructions -> how many rows have so many.
    unplaced : int
        Rows that do not tell where their instructions stand.
    classes : dict of str to tuple of int
        Class of instruction -> how many there are in rows with one, and in rows with several; an instruction counts
        once, whatever its row is made into.
    layouts : dict of str to int
        Layout -> number of system prompts.
    requests : dict of str to int
        Task or kind of attack -> number of requests.
    lengths : dict of str to dict
        Content, or kind of span -> unit -> lengths in it, over all system prompts.
    defences, attacks : dict of str to str
        Layout -> its defence, and kind of attack -> its request.
    samples : tuple of Sample
        A system prompt of each layout, from the first row for the first layout to the last row for the last one.
    digest : str
        Hash of all rows of the tables.
    """

    dataset: str
    rows: Counts
    unplaced: int
    classes: dict[str, tuple[int, int]]
    layouts: Counts
    requests: Counts
    lengths: dict[str, dict[str, Lengths]]
    defences: dict[str, str]
    attacks: dict[str, str]
    samples: tuple[Sample, ...]
    digest: str


def card(prompts: list[dict], requests: list[dict], tokens: dict[str, CountTokens]) -> PromptsCard:
    """The card of at least one system prompt.

    Parameters
    ----------
    prompts, requests : list of dict
        The rows of both tables, in any order.
    tokens : dict of str to callable
        Name of a model -> what counts its tokens in each of some texts.
    """
    prompts = sorted(prompts, key=lambda prompt: prompt["context_id"])
    requests = sorted(requests, key=lambda request: (request["kind"] == ATTACK, request["question_id"]))
    rows = list({prompt["key"]: prompt for prompt in prompts if not prompt["rotation"]}.values())
    sizes = Counter(len(row["instruction_ids"]) for row in rows)
    kinds = Counter(request["attack"] or request["kind"] for request in requests)
    layouts = Counter(prompt["layout"] for prompt in prompts)
    defences = {prompt["layout"]: text for prompt in prompts for text in texts_of(prompt, "defence")}
    return PromptsCard(
        dataset=prompts[0]["dataset"],
        rows={str(size): sizes[size] for size in sorted(sizes)},
        unplaced=sum(not len(row["instructions"]) for row in rows),
        classes=classes(rows),
        layouts={layout: layouts[layout] for layout in LAYOUTS if layouts[layout]},
        requests=dict(kinds),
        lengths={
            part: units(texts, tokens)
            for part, texts in {"content": [prompt["passage"] for prompt in prompts], **spans(prompts)}.items()
            if texts
        },
        defences={layout: defences[layout] for layout in LAYOUTS if layout in defences},
        attacks={request["attack"]: request["question"] for request in requests if request["attack"]},
        samples=samples(prompts, requests),
        digest=digest(prompts, requests),
    )


def classes(rows: list[dict]) -> dict[str, tuple[int, int]]:
    """Class -> instructions in rows with one and in rows with several; classes that do not occur are left out."""
    counts = Counter((name, len(row["instruction_ids"]) > 1) for row in rows for name in row["instruction_ids"])
    found = {name: (counts[name, False], counts[name, True]) for name in INSTRUCTIONS}
    return {name: both for name, both in found.items() if any(both)}


def units(texts: list[str], tokens: dict[str, CountTokens]) -> dict[str, Lengths]:
    """Unit -> lengths of the texts, each taken by itself."""
    words = {"words": lengths([len(text.split()) for text in texts])}
    return words | {f"tokens of {model}": lengths(count(texts)) for model, count in tokens.items()}


def spans(prompts: list[dict]) -> dict[str, list[str]]:
    """Kind of span -> the texts of all spans of that kind."""
    return {kind: [text for prompt in prompts for text in texts_of(prompt, kind)] for kind in SPAN_COLUMNS}


def texts_of(prompt: dict, kind: str) -> list[str]:
    """The texts of a system prompt's spans of one kind."""
    return [prompt["passage"][span["start"] : span["end"]] for span in prompt[SPAN_COLUMNS[kind]]]


def samples(prompts: list[dict], requests: list[dict]) -> tuple[Sample, ...]:
    """A system prompt of each layout, of rows that are evenly spread."""
    layouts = [[prompt for prompt in prompts if prompt["layout"] == layout] for layout in LAYOUTS]
    layouts = [found for found in layouts if found]
    last = max(len(layouts) - 1, 1)
    chosen = [found[step * (len(found) - 1) // last] for step, found in enumerate(layouts)]
    return tuple(
        Sample(prompt, [request for request in requests if request["context_id"] == prompt["context_id"]])
        for prompt in chosen
    )
