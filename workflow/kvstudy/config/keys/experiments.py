"""The experiments of a study: what is run on what."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from kvstudy.config.keys.strict import DatasetSlug, ModelSlug, Ratio, Slug, Strict
from kvstudy.contracts.vocabulary import COMPRESS, CONTROLS, DEBIAS, PLAIN, REGIMES, SYSTEM_PROMPTS, VARIANTS, WEIGHTED

Models = Annotated[list[ModelSlug], Field(min_length=1, description="Names defined under models.")]
Policies = Annotated[list[Slug], Field(min_length=1, description="Names defined under policies.")]
Ratios = Annotated[
    list[Ratio],
    Field(
        min_length=1,
        description="Fractions of the KV entries that are removed, of at most six decimals. "
        "Ratio 0 always runs, once a model.",
    ),
]


class Routes(Strict):
    """Where routes from the questions to the evidence are found."""

    datasets: Annotated[
        list[str], Field(min_length=1, description="Datasets, of the above, in whose passages routes are found.")
    ]
    contexts: Annotated[
        int,
        Field(
            ge=1,
            le=10000,
            description="The first so many passages of each of them. Their prefill computes the attention weights of "
            "each layer in full, which takes memory by the square of the length.",
        ),
    ]
    epsilons: Annotated[
        list[Annotated[float, Field(gt=0, lt=1)]],
        Field(
            min_length=1,
            description="Attention weights, a sweep: a route has more weight than this. The first paper gives none.",
        ),
    ] = [0.05, 0.2, 0.5]


class Routing(Strict):
    """How compression changes what the model answers, by policy, ratio and regime."""

    variants: ClassVar = [PLAIN]
    controls: ClassVar = list(CONTROLS)
    prompting: ClassVar = {}  # in place of the model's own settings
    max_attack_tokens: ClassVar = None

    models: Models
    policies: Policies
    ratios: Ratios
    datasets: Annotated[
        list[DatasetSlug],
        Field(min_length=1, description="Names defined under datasets."),
    ]
    regimes: Annotated[
        list[Literal[REGIMES]],
        Field(
            min_length=1,
            description="agnostic: the context is compressed before the question is seen. "
            "aware: the questions stand before the passage when it is compressed.",
        ),
    ] = list(REGIMES)
    compress: Annotated[
        Literal[COMPRESS],
        Field(
            description="context: all of the prompt before the question may be evicted, as in the papers. "
            "passage: instruction and examples are protected and the ratio applies to the passage."
        ),
    ] = "context"
    max_new_tokens: Annotated[int, Field(ge=1, le=4096, description="Longest answer, in tokens.")] = 32
    hidden_states: Annotated[
        list[str],
        Field(
            description="Datasets, of the above, that are probed: for these every question's hidden states are kept, "
            "all layers in half precision, by far the largest facts on disk; `make plan` says how large. A probe needs "
            "five passages, and some hundred questions to tell candidates; see docs/probes.md."
        ),
    ] = []

    routes: Annotated[
        Routes | None,
        Field(
            description="Find the routes by which questions come to the evidence in the compressed cache: directly, or "
            "through tokens that had taken it in before; and those to a place of the passage drawn at random, the "
            "floor. Left out, none are found."
        ),
    ] = None


def _is_a_variant(name: str) -> str:
    """A variant is one of a list, or has a number in its shortest form: debias- a strength, weighted- a weight."""
    if name.startswith(WEIGHTED):
        if not re.fullmatch(r"[1-9]\d{0,2}(\.\d*[1-9])?", name.removeprefix(WEIGHTED)) or name == f"{WEIGHTED}1":
            raise PydanticCustomError(
                "bad_weight", "must have a weight above 1, which is fair-each, and below 1000, such as weighted-2"
            )
    elif not name.startswith(DEBIAS):
        if name not in VARIANTS:
            raise PydanticCustomError("unknown_variant", "is no variant")
    elif not re.fullmatch(r"0\.\d*[1-9]", name.removeprefix(DEBIAS)):
        raise PydanticCustomError(
            "bad_strength", "must have a strength between 0, which is plain, and 1, which is fair, such as debias-0.5"
        )
    return name


class Instructions(Strict):
    """How compression of a system prompt changes what the model still follows, keeps to itself, and forgets."""

    datasets: ClassVar = [SYSTEM_PROMPTS]
    regimes: ClassVar = ["agnostic"]
    controls: ClassVar = []
    compress: ClassVar = "context"
    hidden_states: ClassVar = []
    routes: ClassVar = None
    prompting: ClassVar = {"prompt": "system", "stop": []}

    models: Models
    policies: Policies
    variants: Annotated[
        list[Annotated[str, AfterValidator(_is_a_variant)]],
        Field(
            min_length=1,
            description="What every policy is run as: plain, whitelist, fair, fair-whitelist, fair-each, debias- with "
            "a strength between 0 and 1, such as debias-0.5, or weighted- with a weight above 1, such as weighted-2; "
            "see docs/repairs.md.",
        ),
    ] = [PLAIN]
    ratios: Ratios
    max_new_tokens: Annotated[
        int,
        Field(ge=1, le=4096, description="Longest response, in tokens. It cuts others, and so has a part in verdicts."),
    ] = 256
    max_attack_tokens: Annotated[
        int | None,
        Field(ge=1, le=4096, description="Longest response to an attack, in tokens; left out, max_new_tokens."),
    ] = None


class Experiments(Strict):
    """The experiments of the study; at least one."""

    routing: Annotated[Routing | None, Field(description="Questions about passages under compression.")] = None
    instructions: Annotated[
        Instructions | None, Field(description="Requests under system prompts, which are compressed.")
    ] = None
