# The study beside the papers: sizes of the datasets, claims, published numbers, figures, and what prose quotes.


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
            read=of_resources(inputs(STUDY, comparison, R).values()),
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
