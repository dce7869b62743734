# Passages and questions.


rule dataset:
    input:
        WORLD,
    output:
        contexts=f"{R}/datasets/{{dataset}}/contexts.parquet",
        questions=f"{R}/datasets/{{dataset}}/questions.parquet",
    log:
        f"{LOGS}/datasets/{{dataset}}.log",
    localrule: True
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        passages=lambda wildcards: datasets(STUDY)[wildcards.dataset],
        seed=STUDY.seed,
        folder=subpath(output.contexts, parent=True),
        code=fingerprint("kvstudy.datasets"),
    message:
        "Writing {params.passages} passages of {wildcards.dataset}"
    shell:
        "python -m kvstudy.datasets --dataset {wildcards.dataset} --passages {params.passages} --seed {params.seed}"
        " --resources resources --out {params.folder:q} > {log:q} 2>&1"
