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


rule estimates:
    input:
        cells=f"{R}/cells.parquet",
        scores=scores_of(ROUTING),
    output:
        f"{R}/analysis/{{analysis}}.parquet",
    log:
        f"{LOGS}/analysis/{{analysis}}.log",
    wildcard_constraints:
        analysis=one_of(ANALYSES),
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=more_each_time(4000),
        runtime=more_each_time(30 + len(CELLS) // 50),
    params:
        study=subpath(input.cells, parent=True),
        resamples=STUDY.statistics.resamples,
        confidence=STUDY.statistics.confidence,
        seed=STUDY.seed,
        options=analysis_options,
        code=lambda wildcards: fingerprint(f"kvstudy.analysis.{wildcards.analysis}"),
        stack=ESTIMATORS,
    message:
        "Estimating {wildcards.analysis}"
    shell:
        "python -m kvstudy.analysis.{wildcards.analysis} --cells {input.cells:q} --scores {params.study}/scores"
        " --resamples {params.resamples} --confidence {params.confidence} --seed {params.seed} {params.options}"
        " --out {output:q} > {log:q} 2>&1"


rule tag_curves:
    input:
        cells=f"{R}/cells.parquet",
        scores=scores_of(ROUTING),
        datasets=tables_of([*GENERATED, *OWN]),
    output:
        f"{R}/analysis/tag_curves.parquet",
    log:
        f"{LOGS}/analysis/tag_curves.log",
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=more_each_time(4000),
        runtime=more_each_time(30 + len(CELLS) // 50),
    params:
        study=subpath(input.cells, parent=True),
        resamples=STUDY.statistics.resamples,
        confidence=STUDY.statistics.confidence,
        seed=STUDY.seed,
        code=fingerprint("kvstudy.analysis.tag_curves"),
        stack=ESTIMATORS,
    message:
        "Estimating tag_curves"
    shell:
        "python -m kvstudy.analysis.tag_curves --cells {input.cells:q} --scores {params.study}/scores"
        " --datasets {params.study}/datasets --resamples {params.resamples} --confidence {params.confidence}"
        " --seed {params.seed} --out {output:q} > {log:q} 2>&1"


rule instruction_estimates:
    input:
        cells=f"{R}/cells.parquet",
        scores=scores_of(INSTRUCTIONS),
    output:
        f"{R}/analysis/{{analysis}}.parquet",
    log:
        f"{LOGS}/analysis/{{analysis}}.log",
    wildcard_constraints:
        analysis="response_curves|family_curves|family_rankings|span_curves|position_curves|composites",
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=more_each_time(4000),
        runtime=more_each_time(60 + len(CELLS) // 50),
    params:
        study=subpath(input.cells, parent=True),
        resamples=STUDY.statistics.resamples,
        confidence=STUDY.statistics.confidence,
        seed=STUDY.seed,
        code=lambda wildcards: fingerprint(f"kvstudy.analysis.{wildcards.analysis}"),
        stack=ESTIMATORS,
    message:
        "Estimating {wildcards.analysis}"
    shell:
        "python -m kvstudy.analysis.{wildcards.analysis} --cells {input.cells:q} --scores {params.study}/scores"
        " --resamples {params.resamples} --confidence {params.confidence} --seed {params.seed}"
        " --out {output:q} > {log:q} 2>&1"


rule coverage:
    input:
        cells=f"{R}/cells.parquet",
        facts=of_all_cells(f"{R}/cells/{{cell}}/{FACTS_LIST}"),
        given_up=[str(GIVEN_UP.file)] if GIVEN_UP.file.is_file() else [],
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
        "python -m kvstudy.analysis.coverage --cells {input.cells:q} --results {params.study:q} --out {output:q}"
        " > {log:q} 2>&1"
