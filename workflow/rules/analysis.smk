# Estimates over all cells, with their intervals.

ANALYSES = (
    "curves",
    "layer_curves",
    "head_curves",
    "depth_profiles",
    "correlations",
    "within_ratio",
    "failure_curves",
    "cliffs",
    "susceptibility",
    "reachability",
)


def analysis_options(wildcards):
    """What one analysis takes besides what all of them take."""
    if wildcards.analysis != "failure_curves":
        return ""
    thresholds = STUDY.statistics.failure_modes.model_dump()
    return f"--thresholds '{canonical(thresholds)}'"


rule estimates:
    input:
        cells=f"{R}/cells.parquet",
        scores=of_all_cells(f"{R}/scores/{{cell}}/questions.parquet"),
        contexts=of_all_cells(f"{R}/scores/{{cell}}/contexts.parquet"),
        layers=of_all_cells(f"{R}/scores/{{cell}}/layers.parquet"),
        heads=of_all_cells(f"{R}/scores/{{cell}}/heads.parquet"),
        routes=of_all_cells(f"{R}/scores/{{cell}}/routes.parquet"),
    output:
        f"{R}/analysis/{{analysis}}.parquet",
    log:
        f"{LOGS}/analysis/{{analysis}}.log",
    wildcard_constraints:
        analysis=one_of(ANALYSES),
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        study=subpath(input.cells, parent=True),
        resamples=STUDY.statistics.resamples,
        confidence=STUDY.statistics.confidence,
        seed=STUDY.seed,
        options=analysis_options,
        code=lambda wildcards: fingerprint(f"kvstudy.analysis.{wildcards.analysis}"),
    message:
        "Estimating {wildcards.analysis}"
    shell:
        "python -m kvstudy.analysis.{wildcards.analysis} --cells {input.cells:q} --scores {params.study}/scores"
        " --resamples {params.resamples} --confidence {params.confidence} --seed {params.seed} {params.options}"
        " --out {output:q} > {log:q} 2>&1"


rule coverage:
    input:
        cells=f"{R}/cells.parquet",
        facts=of_all_cells(f"{R}/cells/{{cell}}/states.parquet"),
    output:
        f"{R}/analysis/coverage.parquet",
    log:
        f"{LOGS}/analysis/coverage.log",
    localrule: True
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        study=subpath(input.cells, parent=True),
        code=fingerprint("kvstudy.analysis.coverage"),
    message:
        "Counting what became of every cell"
    shell:
        "python -m kvstudy.analysis.coverage --cells {input.cells:q} --facts {params.study}/cells --out {output:q}"
        " > {log:q} 2>&1"
