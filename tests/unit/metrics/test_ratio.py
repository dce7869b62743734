import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvstudy.metrics.ratio import RatioError, check_ratio, rounding

SNAPKV = {"press": "SnapKVPress", "arguments": {}}
ADAKV = {"press": "AdaKVPress", "arguments": {"press": {"press": "ExpectedAttentionPress", "arguments": {}}}}


def chunked(length: int) -> dict:
    return {"press": "ChunkPress", "arguments": {"chunk_length": length, "press": {"press": "ExpectedAttentionPress"}}}


@pytest.mark.parametrize(
    ("policy", "tokens", "slack"),
    [
        (None, 200, 1),
        (SNAPKV, 200, 1),
        (ADAKV, 200, 1),
        (chunked(64), 200, 4),
        (chunked(100), 200, 2),
        ({"press": "ChunkPress", "arguments": {"press": SNAPKV}}, 2049, 3),
        ({"press": "ChunkKVPress", "arguments": {"press": SNAPKV}}, 200, 40),
        ({"press": "ChunkKVPress", "arguments": {"chunk_length": 8, "press": SNAPKV}}, 200, 16),
        ({"press": "FinchPress", "arguments": {}}, 200, 1),
        ({"press": "FinchPress", "arguments": {"chunk_length": 50}}, 200, 4),
        ({"press": "AdaKVPress", "arguments": {"press": chunked(50)}}, 200, 4),
    ],
)
def test_rounding(policy, tokens, slack):
    assert rounding(policy, tokens) == slack


@given(st.integers(1, 3000), st.floats(0.01, 0.99))
def test_one_rounded_count_passes(tokens, ratio):
    check_ratio(max(1, int(tokens * (1 - ratio))), tokens, ratio, SNAPKV)
    check_ratio(round(tokens * (1 - ratio)), tokens, ratio, ADAKV)


@given(st.integers(1, 3000), st.floats(0.01, 0.99), st.integers(2, 200))
def test_a_rounded_count_a_chunk_passes(tokens, ratio, length):
    sizes = [min(length, tokens - start) for start in range(0, tokens, length)]
    check_ratio(sum(max(1, int(size * (1 - ratio))) for size in sizes), tokens, ratio, chunked(length))


@given(st.integers(1, 3000), st.floats(0.01, 0.99), st.integers(2, 200), st.booleans())
def test_whole_chunks_pass(tokens, ratio, length, short_last_kept):
    complete, rest = divmod(tokens, length)
    kept = max(1, int((complete + (rest > 0)) * (1 - ratio)))
    short = rest > 0 and (short_last_kept or kept > complete)
    policy = {"press": "ChunkKVPress", "arguments": {"chunk_length": length, "press": SNAPKV}}
    check_ratio((kept - short) * length + short * rest, tokens, ratio, policy)


def test_a_policy_that_evicts_too_little_fails():
    with pytest.raises(RatioError, match=r"requested ratio 0.5, achieved 0.3100: a head keeps 138.00 of 200 entries"):
        check_ratio(138.0, 200, 0.5, SNAPKV)


@pytest.mark.parametrize("kept", [98.9, 101.1])
def test_just_over_one_entry_off_fails(kept):
    check_ratio(100 + (kept - 100) * 0.9, 200, 0.5, SNAPKV)
    with pytest.raises(RatioError):
        check_ratio(kept, 200, 0.5, SNAPKV)


def test_the_baseline_must_keep_everything():
    check_ratio(200, 200, 0.0, None)
    with pytest.raises(RatioError):
        check_ratio(199.9, 200, 0.0, None)
