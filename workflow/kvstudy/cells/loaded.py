"""The model in memory, with its prompt and stop rule."""

import resource
import sys
from pathlib import Path

import torch

from kvstudy.cells.job import Job
from kvstudy.engine.answer import Decoding
from kvstudy.models.load import load_model, load_tokenizer
from kvstudy.models.prompt import Prompter


class Loaded:
    """What all cells of a bundle share."""

    def __init__(self, job: Job, model_folder: Path, examples: Path):
        self.model = load_model(model_folder, job.device, job.model["dtype"], job.model["attention"])
        self.tokenizer = load_tokenizer(model_folder)
        self.prompter = Prompter(self.tokenizer, job.model["prompt"], job.compress, examples)
        eos = self.model.generation_config.eos_token_id
        stops = tuple(self.stop_token(stop) for stop in job.model["stop"])
        self.decoding = Decoding(job.max_new_tokens, tuple(eos) if isinstance(eos, list) else (eos,), stops)
        self.budget = job.batch_tokens

    def stop_token(self, stop: str) -> int:
        """The one token of a stop text; exits with a message when it is several."""
        tokens = self.tokenizer.encode(stop, add_special_tokens=False)
        if len(tokens) != 1:
            sys.exit(f"the stop text {stop!r} is {len(tokens)} tokens of this model; it must be one")
        return tokens[0]


def peak_memory(device: torch.device) -> int:
    """Largest memory this process has held, in bytes: on the GPU when there is one, else resident."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
