# Passages and questions: generated, or read from files of one's own. System prompts and the requests under them.


rule dataset:
    output:
        contexts=f"{R}/datasets/{{dataset}}/contexts.parquet",
        questions=f"{R}/datasets/{{dataset}}/questions.parquet",
    log:
        f"{LOGS}/datasets/{{dataset}}.log",
    wildcard_constraints:
        dataset=one_of(GENERATED),
    resources:
        mem_mb=more_each_time(2000),
        runtime=more_each_time(30),
    params:
        passages=lambda wildcards: GENERATED[wildcards.dataset].passages,
        seed=lambda wildcards: GENERATED[wildcards.dataset].seed,
        shares=lambda wildcards: shares(wildcards.dataset, GENERATED[wildcards.dataset]),
        words=contents(WORLD),
        folder=subpath(output.contexts, parent=True),
        version=f"version {versions.DATASETS}",
    message:
        "Writing {params.passages} passages of {wildcards.dataset}"
    shell:
        "python -m kvstudy.datasets --dataset {wildcards.dataset} --passages {params.passages} --seed {params.seed}"
        " {params.shares} --resources {RESOURCES:q} --out {params.folder:q} > {log:q} 2>&1"


rule own_dataset:
    input:
        lambda wildcards: own_files(OWN[wildcards.dataset].path),
    output:
        contexts=f"{R}/datasets/{{dataset}}/contexts.parquet",
        questions=f"{R}/datasets/{{dataset}}/questions.parquet",
    log:
        f"{LOGS}/datasets/{{dataset}}.log",
    wildcard_constraints:
        dataset=one_of(OWN),
    resources:
        mem_mb=more_each_time(4000),
        runtime=more_each_time(30),
    params:
        path=lambda wildcards: OWN[wildcards.dataset].path,
        folder=subpath(output.contexts, parent=True),
        version=f"version {versions.DATASETS}",
        read=lambda wildcards: contents(own_files(OWN[wildcards.dataset].path)),
    message:
        "Reading {wildcards.dataset} from {params.path}"
    shell:
        "python -m kvstudy.datasets.own --dataset {wildcards.dataset} --path {params.path:q} --out {params.folder:q}"
        " > {log:q} 2>&1"


if PROMPTS:
    OWN_ROWS = [instructions.OWN] if PROMPTS.rows == "own" else []

    rule system_prompts:
        input:
            row_files(),
        output:
            prompts=f"{R}/datasets/{SYSTEM_PROMPTS}/system_prompts.parquet",
            requests=f"{R}/datasets/{SYSTEM_PROMPTS}/requests.parquet",
        log:
            f"{LOGS}/datasets/{SYSTEM_PROMPTS}.log",
        localrule: True  # it may download rows
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            dataset=SYSTEM_PROMPTS,
            options=rows_options(PROMPTS),
            folder=subpath(output.prompts, parent=True),
            version=f"version {versions.DATASETS}",
            texts=of_resources([PROMPT_TEXTS, *OWN_ROWS]),
            read=contents(row_files()),
        message:
            "Writing the system prompts and the requests under them"
        shell:
            "python -m kvstudy.datasets.instructions --dataset {params.dataset} --resources {RESOURCES:q}"
            " {params.options:q} --out {params.folder:q} > {log:q} 2>&1"
