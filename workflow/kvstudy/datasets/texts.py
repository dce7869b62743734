"""The wording that all system prompts share; scores are made with it, too."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from kvstudy.contracts.installation import PROMPT_TEXTS

GAP = "\n\n"  # between the parts of a system prompt


@dataclass(frozen=True)
class Texts:
    """The wording that all system prompts share.

    Parameters
    ----------
    preamble : str
        Begins the directive, and belongs to it.
    request : str
        The user's request under a row whose system prompt holds the task.
    refusal : str
        What a defended model is to answer to an attack.
    whitelist : list of str
        Phrases that the whitelist keeps.
    defences : dict of str to str
        The defence of every layout that has one.
    attacks : dict of str to str
        Requests for the directive, by kind.
    """

    preamble: str
    request: str
    refusal: str
    whitelist: list[str]
    defences: dict[str, str]
    attacks: dict[str, str]


def load(resources: Path) -> Texts:
    """Read the wording below the folder `resources`."""
    return Texts(**yaml.safe_load((resources / PROMPT_TEXTS).read_text(encoding="utf-8")))
