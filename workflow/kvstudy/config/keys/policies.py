"""The policies of a study."""

from typing import Annotated, Any

from pydantic import Field

from kvstudy.config.keys.strict import Strict


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
