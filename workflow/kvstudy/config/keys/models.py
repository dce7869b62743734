"""The models of a study."""

from typing import Annotated, Literal

from pydantic import Field

from kvstudy.config.keys.sources import Source
from kvstudy.config.keys.strict import Strict


class Model(Strict):
    """One language model."""

    source: Annotated[
        Source,
        Field(
            description="Where the weights come from: {hub, revision}, {path}, or {package, gguf}. "
            "They are copied to results/models once, or linked to."
        ),
    ]
    prompt: Annotated[
        Literal["chat", "examples"],
        Field(description="chat: the model's own chat template. examples: an instruction and worked examples."),
    ] = "chat"
    stop: Annotated[
        list[Annotated[str, Field(min_length=1)]],
        Field(description="Texts of one token each that end an answer where they appear, besides the end of sequence."),
    ] = []
    long_contexts: Annotated[
        Literal["count", "run"],
        Field(
            description="What becomes of a context that takes, with its longest question and answer, more tokens than "
            "the model's config says it can read (max_position_embeddings). count: it is not run, but counted as too "
            "long. run: it is answered all the same."
        ),
    ] = "count"
    dtype: Annotated[
        Literal["auto", "float32", "bfloat16", "float16"],
        Field(description="Number format of the weights; auto is bfloat16 on a GPU and float32 on a CPU."),
    ] = "auto"
    attention: Annotated[
        Literal["sdpa", "eager", "flash_attention_2"],
        Field(
            description="How the context's prefill computes attention. flash_attention_2 needs a GPU and the package "
            "flash-attn; head-wise policies such as AdaKV refuse eager. Answers over a compressed context always use "
            "the study's own."
        ),
    ] = "sdpa"
