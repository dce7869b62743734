"""The dataset of the instructions experiment."""

from typing import Annotated, Literal

from pydantic import Field

from kvstudy.config.keys.sources import RowSource
from kvstudy.config.keys.strict import NOT_BLANK, Strict
from kvstudy.contracts.instruction_classes import LAYOUTS


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
