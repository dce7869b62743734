import hashlib
import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from urllib.parse import quote

import pytest

from environment import build, lockfile
from environment.build import Build

ROOT = Path(__file__).parents[3]
PINS = lockfile.read(ROOT / "requirements.lock")
[TORCH] = [pin for pin in PINS if pin.name == "torch"]
CUDA = [pin.name for pin in PINS if pin.cuda]

# From the metadata of torch 2.13.0: its CPU build for Linux, and PyPI's build for Linux.
CPU_BUILD = ("filelock", "sympy>=1.13.3", 'optree>=0.13.0; extra == "optree"')
CUDA_BUILD = (
    *CPU_BUILD,
    'cuda-toolkit[cublas,cudart]==13.0.3; platform_system == "Linux"',
    'nvidia-cudnn-cu13==9.20.0.48; platform_system == "Linux"',
    'triton==3.7.1; platform_system == "Linux" and python_version < "3.15"',
)


def test_cuda_libraries_are_needed_by_torch_and_each_other_alone():
    for pin in PINS:
        if pin.cuda:
            assert set(pin.needed_by) <= {"torch", *CUDA}, pin.name
        else:
            assert not set(pin.needed_by) <= set(CUDA), f"only CUDA's libraries need {pin.name}"


def test_a_cpu_build_brings_no_cuda_library():
    pins = build.pins_for(Build(TORCH.hashes[0], CPU_BUILD), PINS)
    assert [pin.name for pin in pins] == [pin.name for pin in PINS if not pin.cuda]


def test_a_cuda_build_brings_all_of_them():
    pins = build.pins_for(Build(TORCH.hashes[0], CUDA_BUILD), PINS)
    assert len(CUDA) == 19
    assert [pin.name for pin in pins] == [pin.name for pin in PINS]


def test_only_the_chosen_build_of_torch_may_be_installed():
    pins = build.pins_for(Build(TORCH.hashes[3], CPU_BUILD), PINS)
    assert [pin.hashes for pin in pins if pin.name == "torch"] == [(TORCH.hashes[3],)]


def test_a_build_that_is_not_locked_is_refused():
    with pytest.raises(ValueError, match="is not locked"):
        build.pins_for(Build("0" * 64, CPU_BUILD), PINS)


def test_reads_the_build_from_a_report_of_pip():
    package = {
        "download_info": {"archive_info": {"hashes": {"sha256": "ab"}}},
        "metadata": {"name": "torch", "requires_dist": ["filelock"]},
    }
    assert build.parse_report(json.dumps({"install": [package]})) == Build("ab", ("filelock",))


def test_a_file_whose_hash_pip_leaves_out(tmp_path):
    wheel = tmp_path / "a+b.whl"
    wheel.write_bytes(b"wheel")
    expected = hashlib.sha256(b"wheel").hexdigest()
    assert build.sha256({"url": f"file://{quote(str(wheel))}", "archive_info": {}}) == expected
    with pytest.raises(ValueError, match="does not tell the sha256 of https://"):
        build.sha256({"url": "https://example.org/a.whl", "archive_info": {}})


def test_the_installed_torch_has_cuda_libraries_only_if_it_asks_for_them():
    wanted = lockfile.wanted_cuda(PINS, installed("torch"))
    if not wanted:
        assert not [name for name in CUDA if installed(name) is not None]


def installed(name: str) -> list[str] | None:
    """What an installed distribution requires; None if it is not installed."""
    try:
        return requires(name) or []
    except PackageNotFoundError:
        return None


def test_plain_pip_passes_over_the_cuda_lines(tmp_path):
    lines = lockfile.format_lock([pin for pin in PINS if pin.cuda])
    (tmp_path / "cuda.txt").write_text(lines, encoding="utf-8")
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--no-index", "--require-hashes"]
    run = subprocess.run([*command, "-r", str(tmp_path / "cuda.txt")], capture_output=True, text=True, check=True)
    assert run.stdout.count("Ignoring ") == len(CUDA)
