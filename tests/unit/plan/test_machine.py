import os
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from kvstudy.plan import machine


@pytest.mark.parametrize(
    ("device", "here", "gpu_here", "asked"),
    [
        ("cpu", True, True, 0),
        ("cpu", False, True, 0),
        ("cuda", True, False, 1),
        ("cuda", False, False, 1),
        ("auto", True, True, 1),
        ("auto", True, False, 0),
        ("auto", False, False, 1),
    ],
)
def test_a_cluster_is_asked_for_a_gpu_whatever_the_submitting_machine_has(device, here, gpu_here, asked, monkeypatch):
    monkeypatch.setattr(machine, "NVIDIA", machine.Path("/" if gpu_here else "/no/such/file"))
    assert machine.gpus(device, here) == asked


SHADOWING = ("packaging.py", "random.py")


def test_jobs_take_nothing_from_the_shells_modules_nor_from_the_folder(tmp_path, monkeypatch):
    """But a press of one's own is found in the folder of the study."""
    other, folder = tmp_path / "other", tmp_path / "folder"
    for place in (other, folder):
        place.mkdir()
        for name in SHADOWING:
            (place / name).write_text("raise SystemExit('not the locked one')\n")
    (folder / "my_press.py").touch()
    shell = {"PYTHONPATH": str(other), "PYTHONHOME": "/nowhere", "PYTHONOPTIMIZE": "2", "PYTHONUTF8": "0"}
    monkeypatch.setattr(os, "environ", {**os.environ, **shell})
    machine.use_this_checkout(Path(__file__).parents[3])
    code = (
        "import kvstudy, my_press, packaging, random, sys; assert False, (packaging.__version__, sys.flags.utf8_mode)"
    )
    done = subprocess.run(["python", "-c", code], cwd=folder, env=os.environ, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == f"AssertionError: {(version('packaging'), 1)}"


@pytest.mark.parametrize(
    ("groups", "files", "limit"),
    [
        ("0::/", {}, None),
        ("0::/slurm/job_7", {"memory.max": "max"}, None),
        ("0::/slurm/job_7", {"slurm/memory.max": "2000000000", "slurm/job_7/memory.max": "max"}, 2000),
        ("4:memory:/job\n0::/", {"memory/job/memory.limit_in_bytes": "3000000000"}, 3000),
        ("4:cpu,cpuacct:/job", {"cpu/job/memory.limit_in_bytes": "3000000000"}, None),
    ],
)
def test_memory_is_what_the_machine_has_or_its_control_groups_allow(groups, files, limit, tmp_path, monkeypatch):
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 10**6
    (tmp_path / "cgroup").write_text(f"{groups}\n")
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{text}\n")
    monkeypatch.setattr(machine, "OWN_GROUPS", tmp_path / "cgroup")
    tops = {"": (tmp_path, "memory.max"), "memory": (tmp_path / "memory", "memory.limit_in_bytes")}
    monkeypatch.setattr(machine, "LIMITS", tops)
    assert machine.memory_mb() == (limit or whole)
