# The study beside the papers: estimates by label, sizes, claims, published numbers, figures, and what prose quotes.


rule tag_curves:
    input:
        cells=f"{R}/cells.parquet",
        scores=of_cells("routing", f"{R}/scores/{{cell}}/questions.parquet"),
        datasets=tables_of([*GENERATED, *OWN]),
    output:
        f"{R}/analysis/tag_curves.parquet",
    log:
        f"{LOGS}/analysis/tag_curves.log",
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=more_each_time(4000),
        runtime=more_each_time(30),
    params:
        study=subpath(input.cells, parent=True),
        resamples=STUDY.statistics.resamples,
        confidence=STUDY.statistics.confidence,
        seed=STUDY.seed,
        code=fingerprint("kvstudy.analysis.tag_curves"),
    message:
        "Estimating tag_curves"
    shell:
        "python -m kvstudy.analysis.tag_curves --cells {input.cells:q} --scores {params.study}/scores"
        " --datasets {params.study}/datasets --resamples {params.resamples} --confidence {params.confidence}"
        " --seed {params.seed} --out {output:q} > {log:q} 2>&1"


rule dataset_sizes:
    input:
        tables_of([*GENERATED, *OWN]),
    output:
        f"{R}/analysis/dataset_sizes.parquet",
    log:
        f"{LOGS}/analysis/dataset_sizes.log",
    localrule: True
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        datasets=subpath(input[0], ancestor=2),
        names=[*GENERATED, *OWN],
        code=fingerprint("kvstudy.analysis.dataset_sizes"),
    message:
        "Counting passages, words and questions"
    shell:
        "python -m kvstudy.analysis.dataset_sizes --datasets {params.datasets:q} --names {params.names:q}"
        " --out {output:q} > {log:q} 2>&1"


for comparison in READS:

    rule:
        name:
            comparison
        input:
            **inputs(STUDY, comparison, R),
        output:
            f"{R}/analysis/{comparison}.parquet",
        log:
            f"{LOGS}/analysis/{comparison}.log",
        localrule: True
        conda:
            "../../envs/kvstudy.yaml"
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            module=f"kvstudy.analysis.{comparison}",
            options=lambda wildcards, input: [f"--{k}={v}" for k, v in input.items()],
            setup=SETUP,
            code=fingerprint(f"kvstudy.analysis.{comparison}"),
        message:
            f"Comparing with the papers: {comparison}"
        shell:
            "python -m {params.module} {params.options:q} --setup {params.setup:q} --out {output:q} > {log:q} 2>&1"


rule numbers:
    input:
        **{name: f"{R}/analysis/{name}.parquet" for name in (*READS, "coverage")},
        **({"curves": f"{R}/analysis/curves.parquet"} if [*GENERATED, *OWN] else {}),
    output:
        f"{R}/numbers.json",
    log:
        f"{LOGS}/analysis/numbers.log",
    localrule: True
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        options=lambda wildcards, input: [f"--{k}={v}" for k, v in input.items()],
        code=fingerprint("kvstudy.tables.numbers"),
    message:
        "Writing the numbers that captions quote"
    shell:
        "python -m kvstudy.tables.numbers {params.options:q} --out {output:q} > {log:q} 2>&1"
