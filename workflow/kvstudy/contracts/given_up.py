"""What a study goes on without, because its job failed at every attempt: `results/<study>/given_up.json`.

Empty tables stand in place of those that such a job should have made. Nothing stands in place of a model: jobs that
want all models do without it.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from kvstudy.contracts.files import atomic

FILE = "given_up.json"


@dataclass
class GivenUp:
    """What is given up, and why.

    Parameters
    ----------
    file : pathlib.Path
        There as long as something is given up.
    models : dict
        Name -> {"source": as the config had it, "reason": text}. A model of another source is not given up.
    outputs : dict
        Path of what stands in place of a job's output -> reason.
    """

    file: Path
    models: dict[str, dict] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, results: Path) -> "GivenUp":
        """What is given up in the study whose results are in this folder."""
        file = results / FILE
        return cls(file, **json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else cls(file)

    def write(self) -> None:
        """Write the file, or remove it when nothing is given up."""
        if not (self.models or self.outputs):
            return self.file.unlink(missing_ok=True)
        with atomic(self.file) as temporary:
            content = {"models": self.models, "outputs": self.outputs}
            temporary.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")

    def forget(self, outputs: set[str]) -> None:
        """Some outputs are about to be made again."""
        if outputs & self.outputs.keys():
            self.outputs = {path: reason for path, reason in self.outputs.items() if path not in outputs}
            self.write()

    def without(self, sources: dict[str, dict]) -> set[str]:
        """The models that are given up, of these: name -> source."""
        return {name for name, source in sources.items() if self.models.get(name, {}).get("source") == source}
