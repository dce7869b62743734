"""The facts of one context, as rows of the facts tables."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import torch

from kvstudy.cells.spans import TokenSpans
from kvstudy.contracts.facts import (
    ANSWERS,
    ATTENTION,
    DECODED_ATTENTION,
    HIDDEN_STATES,
    ROUTES,
    STATE,
    SURVIVORS,
    TOKEN_SPANS,
)
from kvstudy.contracts.table import Table
from kvstudy.contracts.vocabulary import EVIDENCE, FLOOR
from kvstudy.engine.answer import Answer
from kvstudy.engine.context import CompressedContext
from kvstudy.engine.routes import Routes
from kvstudy.engine.trace import AttentionTrace
from kvstudy.models.prompt import Prompt

FACTS: dict[str, Table] = {
    table.name: table
    for table in (STATE, ANSWERS, SURVIVORS, TOKEN_SPANS, ATTENTION, DECODED_ATTENTION, HIDDEN_STATES, ROUTES)
}


@dataclass
class Facts:
    """Frames of each facts table, one a context."""

    frames: dict[str, list[pd.DataFrame]] = field(default_factory=lambda: {name: [] for name in FACTS})

    def add(self, name: str, labels: dict, columns: dict | pd.DataFrame) -> None:
        """Append rows; `labels` are the same in all of them."""
        frame = pd.DataFrame(columns)
        for position, (label, value) in enumerate(labels.items()):
            frame.insert(position, label, value)
        self.frames[name].append(frame)

    def table(self, name: str) -> pd.DataFrame:
        """All rows of one table, empty when there are none."""
        columns = [column.name for column in FACTS[name].columns]
        frames = [frame for frame in self.frames[name] if len(frame)]
        return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def add_state(facts: Facts, labels: dict, prompt: Prompt, state: str, reason: str, achieved: float | None) -> None:
    """What became of the context."""
    start, end = prompt.region
    row = {
        "state": [state],
        "reason": [reason],
        "context_tokens": [len(prompt.tokens)],
        "region_start": [start],
        "region_end": [end],
        "achieved_ratio": [np.nan if achieved is None else achieved],
    }
    facts.add("states", labels, row)


def add_answers(
    facts: Facts,
    labels: dict,
    question_ids: list[str],
    questions: list[list[int]],
    evidence: list[list[int]],
    answers: list[Answer],
    texts: list[str],
) -> None:
    """What was generated for each question."""
    columns = {
        "question_id": question_ids,
        "answer": texts,
        "answer_tokens": [answer.tokens for answer in answers],
        "stop": [answer.stop for answer in answers],
        "question_tokens": [len(question) for question in questions],
        "margin": [min(answer.margins) for answer in answers],
        "entropies": [np.array(answer.entropies, dtype=np.float16) for answer in answers],
        "evidence": evidence,
    }
    facts.add("answers", labels, columns)


def add_survivors(facts: Facts, labels: dict, context: CompressedContext) -> None:
    """Which positions every layer and KV head kept."""
    kept = context.survivors.numpy()
    layers, heads, _ = kept.shape
    columns = {
        "layer": np.repeat(np.arange(layers), heads),
        "head": np.tile(np.arange(heads), layers),
        "kept": kept.sum(-1).reshape(-1),
        "bitmap": [row.tobytes() for row in np.packbits(kept, axis=-1).reshape(layers * heads, -1)],
    }
    facts.add("survivors", labels, columns)


def add_spans(facts: Facts, labels: dict, spans: TokenSpans) -> None:
    """Where the parts of a system prompt stand in its context."""
    rows = [(kind, index, *span) for kind, of in spans.items() for index, span in enumerate(of)]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(("kind", "index", "start", "end"))}
    facts.add("spans", labels, columns)


def add_attention(facts: Facts, labels: dict, question_ids: list[str], trace: AttentionTrace) -> None:
    """What every query head attended to at each question's last prompt token."""
    names = list(trace.layers[0])
    stacked = {name: torch.stack([layer[name] for layer in trace.layers], dim=1).numpy() for name in names}
    questions, layers, heads = stacked["top"].shape
    columns = {
        "question_id": np.repeat(np.array(question_ids, dtype=object), layers * heads),
        "layer": np.tile(np.repeat(np.arange(layers), heads), questions),
        "head": np.tile(np.arange(heads), questions * layers),
        **{name: values.reshape(-1) for name, values in stacked.items()},
    }
    facts.add("attention", labels, columns)


def add_decoded_attention(facts: Facts, labels: dict, question_ids: list[str], trace: AttentionTrace) -> None:
    """Where the query heads of every layer looked as each question's first decoded tokens were read."""
    for token, looks in enumerate(trace.decoded, 1):
        asked, layers = np.array(question_ids, dtype=object)[looks.questions], len(looks.layers)
        columns = {
            "question_id": np.repeat(asked, layers),
            "token": token,
            "layer": np.tile(np.arange(layers), len(asked)),
        }
        for name in looks.layers[0]:
            stacked = torch.stack([layer[name] for layer in looks.layers], dim=1)
            columns[name] = list(stacked.flatten(0, 1).int().cpu().numpy())
        facts.add("decoded_attention", labels, columns)


def add_hidden_states(facts: Facts, labels: dict, question_ids: list[str], states: torch.Tensor) -> None:
    """The residual stream (questions, layers + 1, hidden size) at each question's last token."""
    questions, layers, _ = states.shape
    columns = {
        "question_id": np.repeat(np.array(question_ids, dtype=object), layers),
        "layer": np.tile(np.arange(layers), questions),
        "state": list(states.flatten(0, 1).numpy()),
    }
    facts.add("hidden_states", labels, columns)


def add_routes(facts: Facts, labels: dict, question_ids: list[str], routes: Routes) -> None:
    """How each question comes to its evidence and to its floor, if it has them, layer by layer, for every epsilon."""
    followed = np.array(routes.reach.followed)
    rows = [
        {
            "question_id": question_id,
            "target": target,
            "epsilon": epsilon,
            "layer": layer,
            "positions": positions,
            "heads": int(found["heads"][t, e, q]),
            "kv_heads": int(found["kv_heads"][t, e, q]),
            "direct": followed[found["direct"][t, e, q].numpy()],
            "copied": followed[found["copied"][t, e, q].numpy()],
        }
        for t, target in enumerate((EVIDENCE, FLOOR))
        for q, question_id in enumerate(question_ids)
        if len(positions := routes.reach.targets[t, q].nonzero()[:, 0].numpy())
        for e, epsilon in enumerate(routes.reach.epsilons)
        for layer, found in enumerate(routes.layers)
    ]
    facts.add("routes", labels, pd.DataFrame(rows))
