# Linear probes on the hidden states of each cell that keeps them, and how well they do.


rule probe_names:
    input:
        model=lambda wildcards: manifests([wildcards.model]),
        datasets=lambda wildcards: tables_of(probed_datasets(PROBED)),
    output:
        f"{R}/probes/names/{{model}}.parquet",
    log:
        f"{LOGS}/probes/names/{{model}}.log",
    resources:
        mem_mb=more_each_time(4000),
        runtime=more_each_time(20),
    params:
        model=lambda wildcards: f"{MODELS}/{wildcards.model}",
        prompt=lambda wildcards: STUDY.models[wildcards.model].prompt,
        datasets=f"{R}/datasets",
        names=probed_datasets(PROBED),
        code=fingerprint("kvstudy.probes.names"),
        stack=MODEL_STACK,
    message:
        "Looking up how {wildcards.model} begins to say each name"
    shell:
        STARTED
        + " python -m kvstudy.probes.names --model {params.model:q} --prompt {params.prompt} --datasets {params.datasets:q}"
        " --of {params.names:q} --out {output:q} >> {log:q} 2>&1"


rule probe:
    input:
        facts=f"{R}/cells/{{cell}}/{FACTS_LIST}",
        datasets=lambda wildcards: tables_of(probed_datasets([wildcards.cell])),
        names=lambda wildcards: f"{R}/probes/names/{CELLS[wildcards.cell].model}.parquet",
    output:
        f"{R}/probes/{{cell}}.parquet",
    log:
        f"{LOGS}/probes/{{cell}}.log",
    resources:
        mem_mb=more_each_time(8000),
        runtime=more_each_time(120),
    params:
        facts=subpath(input.facts, parent=True),
        datasets=f"{R}/datasets",
        seed=STUDY.seed,
        code=fingerprint("kvstudy.probes"),
        stack=ESTIMATORS,
    message:
        "Training the probes of {wildcards.cell}"
    shell:
        STARTED
        + " python -m kvstudy.probes --facts {params.facts:q} --datasets {params.datasets:q}"
        " --names {input.names:q} --seed {params.seed} --out {output:q} >> {log:q} 2>&1"
