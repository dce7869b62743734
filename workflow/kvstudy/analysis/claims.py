"""The claims of both papers, each tested on the study's own estimates: supported, not supported, or not tested."""

from kvstudy.analysis.analysis import Analysis, Results
from kvstudy.analysis.claim import judge
from kvstudy.analysis.instruction_claims import INSTRUCTION_CLAIMS
from kvstudy.analysis.routing_claims import ROUTING_CLAIMS
from kvstudy.contracts.analysis import CLIFFS, CORRELATIONS, CURVES, DEPTH_PROFILES, SUSCEPTIBILITY, WITHIN_RATIO
from kvstudy.contracts.comparisons import CLAIMS
from kvstudy.contracts.instruction_analysis import COMPOSITES, FAMILY_CURVES, RESPONSE_CURVES, SPAN_CURVES
from kvstudy.contracts.setup import Setup
from kvstudy.contracts.tags import TAG_CURVES

ALL_CLAIMS = (*ROUTING_CLAIMS, *INSTRUCTION_CLAIMS)
TABLES = (
    *(CURVES, TAG_CURVES, CORRELATIONS, WITHIN_RATIO, DEPTH_PROFILES, CLIFFS, SUSCEPTIBILITY),
    *(FAMILY_CURVES, RESPONSE_CURVES, SPAN_CURVES, COMPOSITES),
)


def claims(results: Results) -> list[dict]:
    """The table `claims`."""
    setup, tables = Setup.of(results.settings["setup"]), results.tables(TABLES)
    return [row for claim in ALL_CLAIMS for row in judge(claim, setup, tables)]


ANALYSIS = Analysis(claims, CLAIMS)
