"""Whether a context fits into what its model can read: with its longest question, and all the answer may take."""

from transformers import PreTrainedConfig


def held(config: PreTrainedConfig) -> int | None:
    """The most tokens that a model's config says it can read, with rescaled positions; None when it does not say."""
    return getattr(config, "max_position_embeddings", None)


def too_long(context: int, questions: list[list[int]], limits: list[int], most: int | None) -> str | None:
    """Why a context of so many tokens is not run, or None.

    Parameters
    ----------
    context : int
    questions : list of list of int
        The tokens of each.
    limits : list of int
        The most tokens of each question's answer.
    most : int or None
        The tokens that the model can read; None where any number is run.
    """
    needed = context + max(len(question) + limit for question, limit in zip(questions, limits, strict=True))
    if most is None or needed <= most:
        return None
    step = 10 ** (len(str(needed)) - 2)  # two digits: reasons are counted, and are to be few
    return f"up to {-(-needed // step) * step:,} tokens, of which the model can read {most:,} (max_position_embeddings)"
