"""The datasets of a study: generated, of one's own, and system prompts."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

from kvstudy.config.generated import GENERATED
from kvstudy.config.keys.strict import SEED, DatasetSlug, Strict
from kvstudy.config.keys.system_prompts import SystemPrompts
from kvstudy.contracts.vocabulary import SYSTEM_PROMPTS


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
