"""What all keys share: how strictly they are read, and what names and ratios look like."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

NOT_BLANK = r"\S"
SLUG = r"^[a-z0-9][a-z0-9-]*$"
DATASET_SLUG = r"^[a-z0-9][a-z0-9_-]*$"
MODEL_SLUG = r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*$"
SEED = {"ge": 0, "le": 2**31 - 1}

LONGEST = 80  # letters: a cell's name holds a model's and a policy's, and must itself fit into the name of a file

Slug = Annotated[str, Field(pattern=SLUG, max_length=LONGEST)]
DatasetSlug = Annotated[str, Field(pattern=DATASET_SLUG, max_length=LONGEST)]
ModelSlug = Annotated[str, Field(pattern=MODEL_SLUG, max_length=LONGEST)]
Ratio = Annotated[float, Field(gt=0, lt=1)]


class Strict(BaseModel):
    """No unknown keys, no coercion of types, no change after reading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
