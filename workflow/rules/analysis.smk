# Estimates over all cells, with their intervals, and the study beside the papers; kvstudy.plan.experiment and
# kvstudy.plan.analyses list them. Then the numbers that prose quotes.


rule analysis:
    input:
        lambda wildcards: inputs(STUDY, wildcards.analysis, R),
    output:
        f"{R}/analysis/{{analysis}}.parquet",
    log:
        f"{LOGS}/analysis/{{analysis}}.log",
    wildcard_constraints:
        analysis=one_of(analyses(STUDY)),
    resources:
        mem_mb=more_each_time(4000),
        runtime=more_each_time(60 + len(CELLS) // 50),
    params:
        results=subpath(output[0], ancestor=2),
        settings=lambda wildcards: hashed(settings(STUDY, wildcards.analysis)),
        read=lambda wildcards: of_resources(PRINTED.get(wildcards.analysis, [])),
        code=lambda wildcards: fingerprint(f"kvstudy.analysis.{wildcards.analysis}"),
        stack=ESTIMATORS,
    message:
        "Estimating {wildcards.analysis}"
    shell:
        "python -m kvstudy.make analysis/{wildcards.analysis} --results {params.results:q} --jobs {JOBS:q}"
        " --resources {RESOURCES:q} > {log:q} 2>&1"


rule numbers:
    input:
        **{name: f"{R}/analysis/{name}.parquet" for name in (*COMPARED, COVERAGE)},
        **({"curves": f"{R}/analysis/curves.parquet"} if [*GENERATED, *OWN] else {}),
    output:
        f"{R}/numbers.json",
    log:
        f"{LOGS}/analysis/numbers.log",
    resources:
        mem_mb=more_each_time(1000),
        runtime=more_each_time(10),
    params:
        options=lambda wildcards, input: [f"--{k}={v}" for k, v in input.items()],
        code=fingerprint("kvstudy.tables.numbers"),
    message:
        "Writing the numbers that captions quote"
    shell:
        "python -m kvstudy.tables.numbers {params.options:q} --out {output:q} > {log:q} 2>&1"
