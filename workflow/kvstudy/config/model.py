"""Every key of a config file: type, range, default and meaning.

`config/README.md` and the JSON schema for editors are generated from these classes.
"""

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, create_model
from pydantic_core import PydanticCustomError

from kvstudy.config.generated import GENERATED
from kvstudy.contracts.instruction_classes import LAYOUTS
from kvstudy.contracts.vocabulary import (
    COMPRESS,
    CONTROLS,
    DEBIAS,
    PLAIN,
    REGIMES,
    SYSTEM_PROMPTS,
    VARIANTS,
    WEIGHTED,
)

NOT_BLANK = r"\S"
SLUG = r"^[a-z0-9][a-z0-9-]*$"
DATASET_SLUG = r"^[a-z0-9][a-z0-9_-]*$"
MODEL_SLUG = r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*$"
SEED = {"ge": 0, "le": 2**31 - 1}

Slug = Annotated[str, Field(pattern=SLUG)]
DatasetSlug = Annotated[str, Field(pattern=DATASET_SLUG)]
ModelSlug = Annotated[str, Field(pattern=MODEL_SLUG)]
Ratio = Annotated[float, Field(gt=0, lt=1)]


class Strict(BaseModel):
    """No unknown keys, no coercion of types, no change after reading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Hub(Strict):
    """A repository of the Hugging Face hub at one revision."""

    hub: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$", description="Repository, as organisation/name.")]
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$", description="Commit of the repository, 40 hex digits.")]


class Folder(Strict):
    """A folder with config.json, safetensors and tokenizer files."""

    path: Annotated[str, Field(min_length=1, description="Folder, relative to the folder where the study is run.")]


class Gguf(Strict):
    """A GGUF file inside an installed Python package."""

    package: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$", description="Import name of the installed package.")]
    gguf: Annotated[str, Field(pattern=r"\.gguf$", description="File in that package's own folder.")]


def _kind(source: Any) -> str:
    keys = source if isinstance(source, dict) else ()
    return "hub" if "hub" in keys else "path" if "path" in keys else "gguf"


Source = Annotated[
    Annotated[Hub, Tag("hub")] | Annotated[Folder, Tag("path")] | Annotated[Gguf, Tag("gguf")], Discriminator(_kind)
]


class Model(Strict):
    """One language model."""

    source: Annotated[
        Source,
        Field(
            description="Where the weights come from: {hub, revision}, {path}, or {package, gguf}. "
            "They are copied once to results/models."
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


class Policy(Strict):
    """One compression policy: a kvpress press and its arguments."""

    press: Annotated[
        str,
        Field(min_length=1, description="Class name in kvpress, or the dotted path of your own subclass of a press."),
    ]
    arguments: Annotated[
        dict[str, Any],
        Field(
            description="Arguments of the press by name; a nested press is again {press, arguments}. "
            "compression_ratio may not be given: the study sets it."
        ),
    ] = {}


class Passages(Strict):
    """Size of a dataset that is generated."""

    passages: Annotated[int, Field(ge=1, le=10000, description="Number of passages that are generated.")]
    seed: Annotated[int | None, Field(**SEED, description="Seed of this dataset; left out, the study's.")] = None
    answer_types: Annotated[
        Literal["even", "published"],
        Field(
            description="even: questions ask for all types of answers alike, as far as passages allow. published: in "
            "the first paper's shares as far as passages allow, with types that are rare; of base and multi_entity "
            "alone these are known. multi_entity comes close; base asks for things in 44 % of its questions, not 62 %."
        ),
    ] = "even"


class Own(Strict):
    """A dataset of one's own."""

    path: Annotated[
        str,
        Field(
            min_length=1,
            description="JSONL or Parquet file, or a folder of them, relative to the folder where the study is run; "
            "see docs/own-dataset.md.",
        ),
    ]


def _has_a_path(value: Any) -> Any:
    """Tell a dataset that was meant to be generated, under a name that none has, from one's own."""
    if isinstance(value, dict) and "passages" in value and "path" not in value:
        raise PydanticCustomError("unknown_dataset", "no dataset of this name is generated")
    return value


class OwnDatasets(Strict):
    """Datasets under names of one's own."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[
        DatasetSlug,
        Annotated[Own, BeforeValidator(_has_a_path), Field(description="A dataset of your own, under any other name.")],
    ]


class RowsPath(Strict):
    """Rows of one's own."""

    path: Annotated[
        str,
        Field(
            min_length=1,
            description="JSONL file in the shape of S-IFEval, or a folder of them, relative to the folder where the "
            "study is run; see resources/instructions/README.md.",
        ),
    ]


def _kind_of_rows(rows: Any) -> str:
    keys = rows if isinstance(rows, dict) else ()
    return "hub" if "hub" in keys else "path" if keys else "own"


RowSource = Annotated[
    Annotated[Hub, Tag("hub")] | Annotated[RowsPath, Tag("path")] | Annotated[Literal["own"], Tag("own")],
    Discriminator(_kind_of_rows),
]


class SystemPrompts(Strict):
    """System prompts with verifiable instructions, and what is requested under them."""

    rows: Annotated[
        RowSource,
        Field(
            description="Where instructions and tasks come from. own: those in resources/instructions. Or {path}, or "
            "{hub, revision} of a dataset in the shape of IFEval, such as google/IFEval."
        ),
    ] = "own"
    prompts: Annotated[
        int | None, Field(ge=1, le=100000, description="How many rows are taken, the first ones; left out, all.")
    ] = None
    layouts: Annotated[
        list[Literal[LAYOUTS]],
        Field(
            min_length=1,
            description="What a system prompt consists of: the directive alone, or with a paragraph that defends it "
            "before it, behind it, or before it and short. Every row is made into one system prompt a layout.",
        ),
    ] = list(LAYOUTS)
    attacks: Annotated[
        list[str] | None,
        Field(
            description="Kinds of requests for the directive, of those in resources/instructions/texts.yaml; left "
            "out, all."
        ),
    ] = None
    attacked: Annotated[
        int | None,
        Field(ge=0, le=100000, description="How many rows get the attacks, the first ones; left out, all."),
    ] = None
    rotate: Annotated[
        bool,
        Field(
            description="Whether the instructions of a row also take every other place among each other: a system "
            "prompt more for each, without attacks."
        ),
    ] = False
    whitelist: Annotated[
        list[Annotated[str, Field(pattern=NOT_BLANK)]] | None,
        Field(
            min_length=1,
            description="Phrases whose tokens a whitelisted policy keeps, wherever a system prompt holds them to the "
            "letter; left out, those in resources/instructions/texts.yaml.",
        ),
    ] = None


Datasets = create_model(
    "Datasets",
    __base__=OwnDatasets,
    __doc__="The datasets of the study; at least one.",
    **{name: (Annotated[Passages | None, Field(description=dataset.doc)], None) for name, dataset in GENERATED.items()},
    **{
        SYSTEM_PROMPTS: (
            Annotated[SystemPrompts | None, Field(description="The dataset of the instructions experiment.")],
            None,
        )
    },
)


class Routes(Strict):
    """Where routes from the questions to the evidence are found."""

    contexts: Annotated[
        int,
        Field(
            ge=1,
            le=10000,
            description="The first so many passages of every dataset. Their prefill computes the attention weights of "
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


class Routing(Strict):
    """How compression changes what the model answers, by policy, ratio and regime."""

    variants: ClassVar = [PLAIN]
    controls: ClassVar = list(CONTROLS)
    prompting: ClassVar = {}  # in place of the model's own settings

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
            "through tokens that had taken it in before. Left out, none are found."
        ),
    ] = None


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
    max_new_tokens: Annotated[int, Field(ge=1, le=4096, description="Longest response, in tokens.")] = 256


class Experiments(Strict):
    """The experiments of the study; at least one."""

    routing: Annotated[Routing | None, Field(description="Questions about passages under compression.")] = None
    instructions: Annotated[
        Instructions | None, Field(description="Requests under system prompts, which are compressed.")
    ] = None


class Execution(Strict):
    """Where the cells run, and in what portions."""

    device: Annotated[
        Literal["auto", "cpu", "cuda"],
        Field(
            description="auto takes the GPU where there is one. On a cluster, cuda and auto ask for one GPU a job, "
            "cpu for none."
        ),
    ] = "auto"
    shard: Annotated[
        int, Field(ge=1, le=10000, description="Contexts per atomic write: what a killed cell may have to redo.")
    ] = 8
    bundle: Annotated[
        Literal["cell", "policy", "model"],
        Field(
            description="What one job computes: a cell, all ratios and variants of a policy, or all cells of a model. "
            "Cells of a job share the model in memory and each context's prefill. It changes cost, not results: in "
            "float32 on a CPU they are the same to the last bit; on a GPU the last bits may differ."
        ),
    ] = "cell"
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


class FailureModes(Strict):
    """How a wrong answer is classed by what became of its evidence."""

    erased: Annotated[
        float,
        Field(gt=0, le=1, description="Evidence is erased where this share of it or more is evicted (GER by layer)."),
    ] = 1.0
    attended: Annotated[
        float,
        Field(gt=0, lt=1, description="Evidence is attended to where one query head puts this weight or more on it."),
    ] = 0.2
    agreed: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            description="Heads agree where, mean over layers, this share of them or more look most at the same "
            "position, the first four left out.",
        ),
    ] = 0.5


class Statistics(Strict):
    """How intervals are made, and where lines are drawn."""

    resamples: Annotated[int, Field(ge=10, le=100000, description="Bootstrap resamples of the contexts.")] = 1000
    confidence: Annotated[float, Field(ge=0.5, lt=1, description="Coverage of the intervals.")] = 0.95
    failure_modes: Annotated[FailureModes, Field(description="What a wrong answer is put down to.")] = FailureModes()


class Study(Strict):
    """A whole config file."""

    study: Annotated[
        Slug, Field(description="Name of the study: results/<study>/ and reports/<study>.html. Not `models`.")
    ]
    seed: Annotated[int, Field(**SEED, description="Seed of datasets, policies and resamples.")] = 1
    models: Annotated[dict[ModelSlug, Model], Field(min_length=1, description="Name (a-z, 0-9, dash, dot) to model.")]
    policies: Annotated[
        dict[Slug, Policy],
        Field(min_length=1, description="Name (a-z, 0-9, dash) to policy. `none` is built in: no compression."),
    ]
    datasets: Annotated[Datasets, Field(description="Datasets by name, generated or your own.")]
    experiments: Annotated[Experiments, Field(description="What is run on what.")]
    execution: Annotated[Execution, Field(description="Where cells run, and in what portions.")] = Execution()
    statistics: Annotated[Statistics, Field(description="Bootstrap intervals.")] = Statistics()
