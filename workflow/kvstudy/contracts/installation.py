"""Where the code lies, and what it reads that no study makes. Studies lie elsewhere, each in a folder of its own."""

from pathlib import Path

HOME = Path(__file__).resolve().parents[3]  # the folder of the Snakefile
RESOURCES = HOME / "resources"
PROMPT_TEXTS = Path("instructions/texts.yaml")  # below the resources: the wording that all system prompts share
