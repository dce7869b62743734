"""How a model begins to say each name that a probe chooses from.

`python -m kvstudy.probes.names --model M --prompt chat --datasets D --of base --out O`

A name's direction is the output weights of the first token of an answer that gives it: the model turns a state towards
it to say the name.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from safetensors import safe_open

from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS
from kvstudy.contracts.probes import NAMES
from kvstudy.models.load import load_tokenizer
from kvstudy.probes.questions import candidates

OUTPUT = ("lm_head.weight", "model.embed_tokens.weight")  # the second where input and output share their weights
LEADS = {"chat": "", "examples": " "}  # what stands before an answer's first word in its first token


def names(model: Path, prompt: str, wanted: Iterable[str]) -> pd.DataFrame:
    """The table `probe_names`.

    Parameters
    ----------
    model : Path
        Folder of the materialised model.
    prompt : str
        chat or examples.
    wanted : iterable of str
        The names.
    """
    tokenizer, wanted = load_tokenizer(model), sorted(wanted)
    first = [tokenizer.encode(LEADS[prompt] + name, add_special_tokens=False)[0] for name in wanted]
    directions = output_weights(model)[first].float().numpy().astype(np.float16)
    return pd.DataFrame(
        {"name": wanted, "token": tokenizer.convert_ids_to_tokens(first), "direction": list(directions)}
    )


def output_weights(model: Path) -> torch.Tensor:
    """(vocabulary, hidden size): the weights that turn the last state into logits."""
    files = sorted(model.glob("*.safetensors"))
    for name in OUTPUT:
        for file in files:
            with safe_open(file, framework="pt") as tensors:
                if name in tensors.keys():  # noqa: SIM118 (not a dict)
                    return tensors.get_tensor(name)
    raise LookupError(f"{model} has none of the tensors {', '.join(OUTPUT)}")


def main() -> None:
    """Read the arguments and the datasets, write the table."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.probes.names", description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="folder of the materialised model")
    parser.add_argument("--prompt", choices=LEADS, required=True, help="the model's prompt")
    parser.add_argument("--datasets", type=Path, required=True, help="folder with one folder a dataset")
    parser.add_argument("--of", nargs="+", required=True, help="names of the datasets")
    parser.add_argument("--out", type=Path, required=True, help="Parquet file")
    arguments = parser.parse_args()
    wanted: set[str] = set()
    for folder in (arguments.datasets / name for name in arguments.of):
        questions, contexts = QUESTIONS.read(folder / "questions.parquet"), CONTEXTS.read(folder / "contexts.parquet")
        wanted |= set().union(*candidates(questions, contexts).values())
    NAMES.write(names(arguments.model, arguments.prompt, wanted), arguments.out)


if __name__ == "__main__":
    main()
