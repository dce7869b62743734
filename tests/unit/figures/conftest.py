"""Tables of estimates as a study gives them, written and read through their contracts."""

import itertools
import math
import random

import pandas as pd
import pytest

from kvstudy.contracts.analysis import (
    BY_SURVIVAL,
    CLIFFS,
    CORRELATIONS,
    CURVES,
    DEPTH_PROFILES,
    FAILURE_CURVES,
    HEAD_CURVES,
    LAYER_CURVES,
    REACHABILITY,
    SUSCEPTIBILITY,
)
from kvstudy.contracts.judgements import FAILURE_MODES, GERS, SHAPES, UNDEFINED
from kvstudy.contracts.probes import POOLED, PROBES, SCORES, TARGETS
from kvstudy.contracts.tags import AXES, TAG_CURVES
from kvstudy.contracts.vocabulary import CONTROLS, EVIDENCE, FLOOR, REGIMES

POLICIES = ("adakv-expected-attention", "chunk-expected-attention", "streaming-llm")
DATASETS = ("base", "knowledge_manipulation")
RATIOS = (0.25, 0.5, 0.75, 0.9)


def interval(value, spread=0.06):
    value = min(max(value, 0.0), 1.0)
    return {"value": value, "low": max(0.0, value - spread), "high": min(1.0, value + spread)}


class Study:
    """Writes the tables of a made-up study into `folder`; the same arguments give the same tables."""

    def __init__(self, folder):
        self.folder = folder

    def curves(
        self,
        policies=POLICIES,
        ratios=RATIOS,
        regimes=REGIMES,
        datasets=DATASETS,
        models=("smollm2-135m",),
        controls=CONTROLS,
    ):
        noise, rows = random.Random(1), []
        for model in models:
            for dataset in datasets:
                count = {"contexts": 12, "rows": 72} if dataset == "base" else {"contexts": 8, "rows": 104}
                for regime in (*regimes, *controls):
                    grid = [("none", 0.0)]
                    if regime not in CONTROLS:
                        grid += [(policy, ratio) for policy in policies for ratio in ratios]
                    for policy, ratio in grid:
                        strength = 1 + 1.2 * (policies.index(policy) if policy in policies else 0)
                        lost = 1 / (1 + math.exp(-9 * (ratio - 0.85 + 0.12 * strength)))
                        lost *= 1.0 if regime == "agnostic" else 0.75
                        lost = {"no_context": 0.85, "question_only": 0.95}.get(regime, lost)
                        metrics = {
                            "token_f1": 0.82 * (1 - lost) + noise.uniform(-0.03, 0.03),
                            "hallucinated": 0.1 + 0.55 * lost + noise.uniform(-0.04, 0.04),
                            "outcome_abstained": 0.01 + 0.05 * lost,
                            "outcome_empty": 0.0,
                            "outcome_degenerate": 0.12 * lost**3,
                            "outcome_broken": 0.12 * lost**3,
                        }
                        if ratio > 0:
                            metrics |= {
                                "ger_layer": ratio ** (1.2 + strength / 3),
                                "ger_model": ratio**9,
                                "ger_head": ratio,
                            }
                        rows += [
                            {
                                "experiment": "routing",
                                "model": model,
                                "policy": policy,
                                "ratio": ratio,
                                "compress": "passage",
                                "regime": regime,
                                "dataset": dataset,
                                "metric": metric,
                                **interval(value, 0.09 if metric == "token_f1" else 0.05),
                                **count,
                            }
                            for metric, value in metrics.items()
                        ]
        return self.write(CURVES, rows)

    def tag_curves(
        self,
        policies=POLICIES,
        ratios=RATIOS,
        regimes=REGIMES,
        datasets=DATASETS,
        models=("smollm2-135m",),
        controls=CONTROLS,
    ):
        cells = self.compressed(policies, ratios, regimes, datasets, models)
        floors = [cell | {"regime": control} for cell in cells if cell["policy"] == "none" for control in controls]
        floors = list({tuple(cell.items()): cell for cell in floors}.values())
        tags = [(axis, tag) for axis, names in AXES.items() for tag in names or ("0", "1", "2", "10")]
        rows = [
            {**cell, "axis": axis, "tag": tag, "metric": "token_f1", **interval(0.8 - cell["ratio"] / 2), "rows": 12}
            for cell in (*cells, *floors)
            for axis, tag in tags
            if cell["dataset"] == "base" or tag != "Event"
        ]
        return self.write(TAG_CURVES, rows)

    def correlations(self, regimes=REGIMES, datasets=DATASETS, models=("smollm2-135m",), points=12):
        rows = [
            {
                "experiment": "routing",
                "model": model,
                "compress": "passage",
                "regime": regime,
                "dataset": dataset,
                "ratios": "all",
                "ger": ger,
                "r": 0.86 if points > 2 else None,
                "low": 0.71 if points > 2 else None,
                "high": 0.93 if points > 2 else None,
                "p": 0.0004 if points > 2 else None,
                "points": points,
                "contexts": 12,
                "undefined": 0,
            }
            for model in models
            for dataset in datasets
            for regime in regimes
            for ger in GERS
        ]
        return self.write(CORRELATIONS, rows)

    def layer_curves(
        self, policies=POLICIES, ratios=RATIOS, regimes=REGIMES, datasets=DATASETS, models=("smollm2-135m",), layers=30
    ):
        noise, rows = random.Random(2), []
        for model in models:
            for dataset in datasets:
                for regime in regimes:
                    for policy, ratio in [("none", 0.0), *((p, r) for p in policies for r in ratios)]:
                        for layer in range(layers):
                            overlap = ratio**1.5 * (0.7 + 0.3 * math.sin(layer / 4)) + noise.uniform(-0.03, 0.03)
                            metrics = {"consensus": 0.75 - 0.3 * ratio + noise.uniform(-0.08, 0.08)}
                            metrics |= {"consensus_decoded": metrics["consensus"], "agreement": 0.3 + 0.3 * ratio}
                            if ratio > 0:
                                metrics["jaccard"] = overlap
                            rows += [
                                {
                                    "experiment": "routing",
                                    "model": model,
                                    "policy": policy,
                                    "ratio": ratio,
                                    "compress": "passage",
                                    "regime": regime,
                                    "dataset": dataset,
                                    "layer": layer,
                                    "metric": metric,
                                    **interval(value, 0.04),
                                    "contexts": 12,
                                }
                                for metric, value in metrics.items()
                            ]
        return self.write(LAYER_CURVES, rows)

    def probes(
        self,
        policies=POLICIES,
        ratios=RATIOS,
        regimes=REGIMES,
        datasets=DATASETS,
        models=("smollm2-135m",),
        controls=CONTROLS,
        layers=30,
    ):
        noise, rows = random.Random(3), []
        grid = [(regime, "none", 0.0) for regime in (*regimes, *controls)]
        grid += [(regime, policy, ratio) for regime in regimes for policy in policies for ratio in ratios]
        for model in models:
            for dataset in datasets:
                for regime, policy, ratio in grid:
                    for target in TARGETS:
                        for layer in (POOLED, *range(layers + 1)):
                            score = (0.8 - 0.4 * ratio - 0.3 * (regime in CONTROLS)) * (layer != 0)
                            metrics = {
                                SCORES[target]: score + noise.uniform(0, 0.05),
                                "control": 0.3,
                                "selectivity": 0.2,
                            }
                            if target == "answer_type":
                                names = ("Person", "Thing", "Location", "Date/Time")
                                metrics |= {f"f1_{name}": score + noise.uniform(0, 0.1) for name in names}
                            else:
                                metrics |= {"chance": 0.25}
                            rows += [
                                {
                                    "experiment": "routing",
                                    "model": model,
                                    "policy": policy,
                                    "ratio": ratio,
                                    "compress": "passage",
                                    "regime": regime,
                                    "dataset": dataset,
                                    "target": target,
                                    "layer": layer,
                                    "metric": metric,
                                    **interval(value),
                                    "contexts": 12,
                                    "rows": 72 if target == "answer_type" else 40,
                                    "converged": 1.0,
                                }
                                for metric, value in metrics.items()
                            ]
        return self.write(PROBES, rows)

    def compressed(self, policies, ratios, regimes, datasets, models, baseline=True):
        """What every row of a part of a cell is labelled with."""
        cells = [("none", 0.0)] * baseline + [(policy, ratio) for policy in policies for ratio in ratios]
        return [
            {
                "experiment": "routing",
                "model": model,
                "policy": policy,
                "ratio": ratio,
                "compress": "passage",
                "regime": regime,
                "dataset": dataset,
                "contexts": 12 if dataset == "base" else 8,
            }
            for model, dataset, regime in itertools.product(models, datasets, regimes)
            for policy, ratio in cells
        ]

    def failure_curves(
        self, policies=POLICIES, ratios=RATIOS, regimes=REGIMES, datasets=DATASETS, models=("smollm2-135m",)
    ):
        rows = []
        for cell in self.compressed(policies, ratios, regimes, datasets, models):
            shares = {"baseline": 0.2, **dict.fromkeys(FAILURE_MODES[1:-1], 0.2 * cell["ratio"]), UNDEFINED: 0.0}
            shares |= {"failed": sum(shares.values()), "erased": cell["ratio"] / 2, "failed_if_kept": 0.3}
            for epsilon, (metric, value) in itertools.product((BY_SURVIVAL, 0.1), shares.items()):
                rows.append({**cell, "epsilon": epsilon, "metric": metric, **interval(value), "rows": 72})
        return self.write(FAILURE_CURVES, rows)

    def reachability(
        self, policies=POLICIES, ratios=RATIOS, regimes=REGIMES, datasets=DATASETS, models=("smollm2-135m",)
    ):
        rows = []
        for cell in self.compressed(policies, ratios, regimes, datasets, models):
            shares = {"directly": 1 - cell["ratio"], "reachable": 1 - cell["ratio"] ** 4, "routes": 9.0}
            found = itertools.product(((EVIDENCE, 1.0), (FLOOR, 0.4)), (0.05, 0.2), shares.items())
            for (target, least), epsilon, (metric, value) in found:
                labels = {**cell, "target": target, "epsilon": epsilon, "metric": metric}
                rows.append({**labels, **interval(least * value), "rows": 18 if target == EVIDENCE else 17})
        return self.write(REACHABILITY, rows)

    def depth_profiles(
        self, policies=POLICIES, ratios=RATIOS, regimes=REGIMES, datasets=DATASETS, models=("smollm2-135m",)
    ):
        cells = self.compressed(policies, ratios, regimes, datasets, models)
        names = itertools.product(
            range(len(cells)),
            ("consensus", "consensus_decoded", "jaccard", "agreement"),
            ("mean", "slope", "early", "late"),
        )
        rows = [
            {**cells[cell], "metric": metric, "summary": summary, **interval(place / (16 * len(cells)))}
            for place, (cell, metric, summary) in enumerate(names)
        ]
        return self.write(DEPTH_PROFILES, rows)

    def head_curves(
        self, policies=POLICIES, ratios=RATIOS, regimes=REGIMES, datasets=DATASETS, models=("smollm2-135m",), layers=30
    ):
        rows = [
            {**cell, "metric": "evidence_eviction", "layer": layer, "head": head, **interval(cell["ratio"])}
            for cell in self.compressed(policies, ratios, regimes, datasets, models, baseline=False)
            for layer, head in itertools.product(range(layers), range(3))
        ]
        return self.write(HEAD_CURVES, rows)

    def susceptibility(
        self, policies=POLICIES, ratios=RATIOS, regimes=REGIMES, datasets=DATASETS, models=("smollm2-135m",)
    ):
        rows = [
            {**cell, "metric": metric, "from_ratio": start, "to_ratio": end, **interval(0.4)}
            for cell in self.compressed(policies, [0.5], regimes, datasets, models, baseline=False)
            for metric in ("hallucinated", "failed")
            for start, end in itertools.pairwise((0.0, *ratios))
        ]
        return self.write(SUSCEPTIBILITY, pd.DataFrame(rows).reindex(columns=SUSCEPTIBILITY.schema.names))

    def cliffs(self, policies=POLICIES, regimes=REGIMES, datasets=DATASETS, models=("smollm2-135m",)):
        fitted = {"midpoint": 0.8, "width": 0.04, "steepest": 4.4, "half_rise": 0.78}
        ends = {f"{name}_{end}": value for name, value in fitted.items() for end in ("low", "high")}
        aic = {"aic_constant": 300.0, "aic_linear": 250.0, "aic_logistic": 200.0}
        cells = self.compressed(policies, [0.5], regimes, datasets, models, baseline=False)
        rows = [
            {**cell, "metric": metric, "shape": SHAPES[place % len(SHAPES)], "lo": 0.1, "hi": 0.8, **fitted, **ends}
            | {**aic, "ratios": 5, "last_ratio": 0.9, "rows": 72}
            for place, cell in enumerate(cells)
            for metric in ("hallucinated", "failed")
        ]
        return self.write(CLIFFS, pd.DataFrame(rows).reindex(columns=CLIFFS.schema.names))

    def write(self, table, rows):
        path = self.folder / f"{table.name}.parquet"
        if UNDEFINED in table.schema.names:
            rows = [{UNDEFINED: 0, **row} for row in rows]
        if "cut" in table.schema.names and isinstance(rows, list):
            rows = [{"cut": 0.25, **row} for row in rows]
        table.write(rows, path)
        return path


@pytest.fixture
def study(tmp_path):
    return Study(tmp_path)
