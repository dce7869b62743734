"""What a cluster's loaded modules bring does not take part in a job, and a press of one's own does."""

import json
import os
import subprocess
import sys
from importlib.metadata import version

CELL = "results/tiny/cells/routing.smollm2-135m.mine.r500"
PRESS = "import random\nfrom kvpress import KnormPress\n\n\nclass Mine(KnormPress):\n    drawn = random.random()\n"


def test_a_loaded_module_replaces_no_locked_package(finished_study, tmp_path):
    modules = tmp_path / "modules"
    (modules / "tokenizers").mkdir(parents=True)
    (modules / "tokenizers/__init__.py").write_text("raise ImportError('of another place')\n")
    (modules / "tokenizers-0.1.dist-info").mkdir()
    (modules / "tokenizers-0.1.dist-info/METADATA").write_text(
        "Metadata-Version: 2.1\nName: tokenizers\nVersion: 0.1\n"
    )
    (finished_study.folder / "my_press.py").write_text(PRESS)
    (finished_study.folder / "random.py").write_text("")  # a file of this name is not what `import random` means
    finished_study.edit(finished_study.config, "knorm: {press: KnormPress}", "mine: {press: my_press.Mine}")
    finished_study.edit(finished_study.config, "policies: [streaming-llm]", "policies: [mine]")
    command = [sys.executable, "-P", "-m", "snakemake", "--configfile", finished_study.config, "--cores", "1"]
    environment = {**os.environ, "PYTHONPATH": f"{finished_study.folder / 'workflow'}{os.pathsep}{modules}"}
    command.append(f"{CELL}/facts.json")
    done = subprocess.run(command, cwd=finished_study.folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads((finished_study.folder / CELL / "run.json").read_text())
    assert record["depends"]["packages"]["tokenizers"] == version("tokenizers")
