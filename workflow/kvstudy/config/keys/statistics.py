"""How a study is evaluated."""

from typing import Annotated

from pydantic import Field

from kvstudy.config.keys.strict import Strict


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

    resamples: Annotated[
        int,
        Field(
            ge=10,
            le=100000,
            description="Bootstrap resamples of the contexts. Of the fitted cliff, the first 200 are used.",
        ),
    ] = 1000
    confidence: Annotated[float, Field(ge=0.5, lt=1, description="Coverage of the intervals.")] = 0.95
    failure_modes: Annotated[FailureModes, Field(description="What a wrong answer is put down to.")] = FailureModes()
