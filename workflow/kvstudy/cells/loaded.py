"""The model in memory, with its prompt and stop rule."""

import resource
import sys
from pathlib import Path

import torch

from kvstudy.cells.job import Job
from kvstudy.cells.length import held
from kvstudy.engine.answer import Answer, Decoding
from kvstudy.models.endings import end_tokens
from kvstudy.models.load import load_model, load_tokenizer
from kvstudy.models.prompt import NoSystemTurn, Prompter


class Loaded:
    """What all cells of a bundle share."""

    def __init__(self, job: Job, model_folder: Path, examples: Path):
        self.model = load_model(model_folder, job.device, job.model["dtype"], job.model["attention"])
        self.tokenizer = load_tokenizer(model_folder)
        try:
            self.prompter = Prompter(self.tokenizer, job.model["prompt"], job.compress, examples)
        except NoSystemTurn as reason:
            sys.exit(f"{job.model['name']}: its chat template has no use for the instructions experiment: {reason}")
        self.stops = job.model["stop"]
        ending = tuple(token for stop in self.stops for token in self.stop_tokens(stop))
        self.decoding = Decoding(job.max_new_tokens, end_tokens(model_folder, self.tokenizer), ending)
        self.budget = job.batch_tokens
        self.most = None if job.model["long_contexts"] == "run" else held(self.model.config)

    def stop_tokens(self, stop: str) -> list[int]:
        """All tokens that hold a stop text; exits with a message when the text alone is several tokens."""
        alone = self.tokenizer.encode(stop, add_special_tokens=False)
        if len(alone) != 1:
            sys.exit(f"the stop text {stop!r} is {len(alone)} tokens of this model; it must be one")
        texts = self.tokenizer.batch_decode([[token] for token in range(len(self.tokenizer))])
        return [token for token, text in enumerate(texts) if stop in text]

    def text(self, answer: Answer) -> str:
        """An answer's text, up to where it was stopped."""
        tokens = answer.tokens[:-1] if answer.stop == "eos" else answer.tokens
        text = self.tokenizer.decode(tokens, skip_special_tokens=True)
        for stop in self.stops:
            text = text.split(stop, 1)[0]
        return text


def peak_memory(device: torch.device) -> int:
    """Largest memory this process has held, in bytes: on the GPU when there is one, else resident."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
