"""A made-up dataset of short passages, each with names of its own, and states that point to the answers."""

import numpy as np
import pandas as pd
import pytest

from kvstudy.contracts.datasets import CONTEXTS, QUESTIONS

WIDTH, LAYERS = 24, 2
KINDS = ("Person", "Location")


def entity(form, kind):
    return {"form": form, "type": kind, "start": 0, "end": 1}


class World:
    """`passages` passages with three people and three places; a question asks for one of each."""

    def __init__(self, passages=12, seed=0):
        random = np.random.default_rng(seed)
        contexts, questions, names = [], [], []
        for number in range(passages):
            context = f"base-{number:04d}"
            forms = {kind: [f"{kind[0]}{number}{letter}" for letter in "abc"] for kind in KINDS}
            names += [form for own in forms.values() for form in own]
            contexts.append(
                {
                    "context_id": context,
                    "dataset": "base",
                    "passage": " ".join(names[-6:]),
                    "words": 6,
                    "entities": [entity(form, kind) for kind, own in forms.items() for form in own],
                }
            )
            for place, kind in enumerate(KINDS):
                questions.append(
                    {
                        "question_id": f"{context}-q{place:02d}",
                        "context_id": context,
                        "dataset": "base",
                        "question": f"Whom or what has {forms[KINDS[1 - place]][0]} seen?",
                        "answers": [forms[kind][random.integers(3)]],
                        "answer_type": kind,
                        "question_type": "standard",
                        "direction": "forward",
                        "hop": 0,
                        "altered": False,
                        "bridge": [],
                        "evidence": [],
                    }
                )
        self.contexts = pd.DataFrame(contexts)[[c.name for c in CONTEXTS.columns]]
        self.questions = pd.DataFrame(questions)[[c.name for c in QUESTIONS.columns]]
        self.names = pd.DataFrame(
            {"name": names, "token": names, "direction": list(random.normal(size=(len(names), WIDTH)))}
        )
        self.random = random

    @property
    def ids(self):
        return self.questions["question_id"].to_numpy(dtype=object)

    def pointing(self, noise=0.3):
        """States that lie along the answer's direction."""
        direction = dict(zip(self.names["name"], self.names["direction"], strict=True))
        clean = np.stack([direction[answers[0]] for answers in self.questions["answers"]])
        return clean + noise * self.random.normal(size=clean.shape)

    def typed(self, noise=0.3):
        """States whose first dimension says what type the answer is."""
        states = noise * self.random.normal(size=(len(self.questions), WIDTH))
        states[:, 0] += self.questions["answer_type"] == KINDS[0]
        return states

    def hidden_states(self, regime="agnostic", cell="c"):
        """The table of facts: an embedding that is the same for all, then typed states, then pointing ones."""
        layers = [np.ones((len(self.questions), WIDTH)), self.typed(), self.pointing()]
        return pd.DataFrame(
            [
                {
                    "cell": cell,
                    "dataset": "base",
                    "regime": regime,
                    "compress": "passage",
                    "context_id": question.context_id,
                    "question_id": question.question_id,
                    "layer": layer,
                    "state": states[row].astype(np.float16),
                }
                for layer, states in enumerate(layers)
                for row, question in enumerate(self.questions.itertuples())
            ]
        )


@pytest.fixture
def world():
    return World()


@pytest.fixture
def make_world():
    return World
