"""The datasets that kvstudy generates.

Another one is another entry here and a module `kvstudy/datasets/<name>.py` with a function `generate`.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Generated:
    """A dataset that is generated.

    Parameters
    ----------
    words, questions : int
        Typical size of one passage, by which the plan estimates what a study costs.
    doc : str
        What its passages and questions are.
    published : dict of str to int
        Questions by answer type in arXiv 2603.01426, as its published scores imply; empty where they imply none.
    """

    words: int
    questions: int
    doc: str
    published: dict[str, int] = field(default_factory=dict)


GENERATED = {
    "base": Generated(
        175,
        6,
        "Passages of 150 to 200 words on one subject, six questions each.",
        {
            "Thing": 748,
            "Person": 139,
            "Event": 110,
            "Location": 89,
            "Organization": 47,
            "Date/Time": 34,
            "Creature": 19,
            "Numerals": 14,
        },
    ),
    "knowledge_manipulation": Generated(
        32, 13, "Biographies of about 32 words, thirteen questions each: four facts and the name, whole and in parts."
    ),
    "multi_presence": Generated(
        500, 10, "Passages of 400 to 600 words in which one entity appears in several instances, ten questions each."
    ),
    "multi_entity": Generated(
        500,
        10,
        "Passages of 400 to 600 words on several linked entities, ten questions each.",
        {
            "Person": 586,
            "Thing": 318,
            "Organization": 35,
            "Event": 33,
            "Creature": 17,
            "Location": 6,
            "Date/Time": 4,
            "Numerals": 1,
        },
    ),
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
