"""The datasets that kvstudy generates.

Another one is another entry here and a module `kvstudy/datasets/<name>.py` with a function `generate`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Generated:
    """A dataset that is generated.

    Parameters
    ----------
    words, questions : int
        Typical size of one passage, by which the plan estimates what a study costs.
    doc : str
        What its passages and questions are.
    """

    words: int
    questions: int
    doc: str


GENERATED = {
    "base": Generated(175, 6, "Passages of 150 to 200 words on one subject, six questions each."),
    "knowledge_manipulation": Generated(
        32, 13, "Biographies of about 32 words, thirteen questions each: four facts and the name, whole and in parts."
    ),
    "multi_presence": Generated(
        500, 10, "Passages of 400 to 600 words in which one entity appears in several instances, ten questions each."
    ),
    "multi_entity": Generated(500, 10, "Passages of 400 to 600 words on several linked entities, ten questions each."),
    "long_context": Generated(
        1100, 10, "Passages of 900 to 1,300 words, ten questions each, some of which need two distant regions."
    ),
    "coreference": Generated(
        44, 9, "Biographies of about 44 words, nine questions each, some of them about a person of the other gender."
    ),
    "hops": Generated(
        1100, 16, "Passages of 1,080 to 1,120 words on a chain of four entities, sixteen questions each, four a hop."
    ),
}
