"""What a run works from, as it was when the run began: jobs that start later, on other machines, too, see no change.

They read a copy of the config, and refuse to start when the code is no longer the one that they were planned with.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kvstudy.config.model import Study
from kvstudy.contracts.files import atomic, checksum
from kvstudy.contracts.installation import HOME, RESOURCES
from kvstudy.plan.own_code import own_modules, sources

COPY = "config.yaml"
CODE = "code.sha256"
CHANGED = "The code was changed while the study ran"
AGAIN = "The same command goes on with what it is now."


class Frozen:
    """The config file of a study, and its code, as they were when the study was read from it.

    Parameters
    ----------
    study : Study
    config : str
        Path of the file.
    """

    def __init__(self, study: Study, config: str):
        self.study, self.config, self.content = study, config, Path(config).read_bytes()
        self.code = code(study)

    @contextmanager
    def written(self, folder: Path) -> Iterator[str]:
        """Write config and code to a study's folder, and say in the end if they have changed meanwhile.

        Yields
        ------
        str
            Path of the copy of the config.
        """
        copy = folder / COPY
        with atomic(copy) as temporary:
            temporary.write_bytes(self.content)
        write_code(self.code, folder)
        try:
            yield str(copy)
        finally:
            if not Path(self.config).is_file() or Path(self.config).read_bytes() != self.content:
                print(
                    f"{self.config} was changed while the study ran, which went on with what it was: {copy}. {AGAIN}",
                    flush=True,
                )
            if code(self.study) != self.code:
                print(f"{CHANGED}: jobs that had yet to start did not. {AGAIN}", flush=True)


def code(study: Study) -> str:
    """The sha256 of every file of code and resources that a study's jobs may read, in lines for `sha256sum --check`."""
    own = (
        path
        for policy in study.policies.values()
        for module in own_modules(policy.model_dump())
        for path in sources(module).values()
    )
    ours = (path for ending in ("*.smk", "*.py") for path in (HOME / "workflow").rglob(ending))
    read = (path for path in RESOURCES.rglob("*") if path.is_file())
    files = {HOME / "Snakefile", *ours, *read, *own}
    named = sorted((os.path.relpath(file), file) for file in files if file.is_file())  # from where jobs start
    return "".join(f"{checksum(file)}  {name}\n" for name, file in named)


def write_code(listed: str, folder: Path | str) -> None:
    """Write that list to a study's folder, where every job looks."""
    with atomic(Path(folder) / CODE) as temporary:
        temporary.write_text(listed, encoding="utf-8")


def guard(folder: Path | str) -> str:
    """What a job's shell begins with: strict, and only with the code of that list."""
    refuses = f"(echo '{CHANGED}: this job does not start.' >&2; exit 1)"
    return f"set -euo pipefail; sha256sum --check --status {folder}/{CODE} || {refuses}; "
