"""Where a study is run."""

from typing import Annotated, Literal

from pydantic import Field

from kvstudy.config.keys.strict import Strict


class Execution(Strict):
    """Where the cells run, and in what portions."""

    device: Annotated[
        Literal["auto", "cpu", "cuda"],
        Field(
            description="auto takes the GPU where there is one. On a cluster, cuda and auto ask for one GPU a job, "
            "cpu for none."
        ),
    ] = "auto"
    bundle: Annotated[
        Literal["cell", "policy", "model"],
        Field(
            description="What one job computes, and another scores: a cell, all ratios and variants of a policy, or "
            "all cells of a model. Cells of a job share the model in memory and each context's prefill; a "
            "new one among them has all of them scored again, and none run again; where a job fails at every attempt, "
            "its cells are run one by one. It changes cost, not results: in float32 on a CPU they are the same to the "
            "last bit; on a GPU the last bits may differ."
        ),
    ] = "policy"
    batch_tokens: Annotated[
        int,
        Field(
            ge=1,
            le=10**7,
            description="Tokens of compressed contexts and their questions that are held at once, to be answered "
            "together; halved when memory runs out. It changes cost, not results: in float32 on a CPU they are the "
            "same to the last bit; on a GPU the last bits may differ.",
        ),
    ] = 8192
    threads: Annotated[int, Field(ge=1, le=1024, description="CPU threads of one job.")] = 1
