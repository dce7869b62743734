"""What the stages write that are not made again for every change of their code: one number a stage, raised by hand.

Raise a number when what its stage writes for the same input changes: other survivors, other tokens, another column, a
dataset's other wording. Leave it for everything else. `tests/golden` fails when what is written changes and the number
does not. The locked versions of torch, transformers and kvpress count beside these numbers, and the hash of the code is
in every cell's run.json.
"""

MODEL_FILES = 1  # the copy of a model
DATASETS = 1  # passages, questions, system prompts and requests
FACTS = 1  # all that cells write
