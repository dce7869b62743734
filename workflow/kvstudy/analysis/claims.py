"""The claims of both papers, each tested on the study's own estimates: supported, not supported, or not tested.

`python -m kvstudy.analysis.claims --setup JSON [--curves F ...] --out O`
"""

from kvstudy.analysis import comparing
from kvstudy.analysis.claim import judge
from kvstudy.analysis.instruction_claims import INSTRUCTION_CLAIMS
from kvstudy.analysis.routing_claims import ROUTING_CLAIMS
from kvstudy.contracts.analysis import CLIFFS, CORRELATIONS, CURVES, DEPTH_PROFILES, SUSCEPTIBILITY, WITHIN_RATIO
from kvstudy.contracts.comparisons import CLAIMS
from kvstudy.contracts.instruction_analysis import COMPOSITES, FAMILY_CURVES, RESPONSE_CURVES, SPAN_CURVES
from kvstudy.contracts.tags import TAG_CURVES

ALL_CLAIMS = (*ROUTING_CLAIMS, *INSTRUCTION_CLAIMS)
TABLES = (
    *(CURVES, TAG_CURVES, CORRELATIONS, WITHIN_RATIO, DEPTH_PROFILES, CLIFFS, SUSCEPTIBILITY),
    *(FAMILY_CURVES, RESPONSE_CURVES, SPAN_CURVES, COMPOSITES),
)


def main(argv: list[str] | None = None) -> None:
    """Write the table."""
    arguments, tables = comparing.arguments("kvstudy.analysis.claims", __doc__, TABLES, argv)
    CLAIMS.write([row for claim in ALL_CLAIMS for row in judge(claim, arguments.setup, tables)], arguments.out)


if __name__ == "__main__":
    main()
