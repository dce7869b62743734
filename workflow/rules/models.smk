# One local copy of every model, as safetensors. It runs where Snakemake runs, so that compute nodes need no network.


rule model:
    input:
        source_files,
    output:
        f"{MODELS}/{{model}}/{MANIFEST}",
    log:
        "logs/models/{model}.log",
    localrule: True
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        source=lambda wildcards: canonical(owners.source(STUDY, wildcards.model)),
        folder=subpath(output[0], parent=True),
        version=f"version {versions.MODEL_FILES}",
        stack=MODEL_STACK,
        seen=lambda wildcards: seen(source_files(wildcards)),
    message:
        "Copying the model {wildcards.model}"
    shell:
        STARTED
        + " python -m kvstudy.models --name {wildcards.model:q} --source {params.source:q} --out {params.folder:q}"
        " >> {log:q} 2>&1"
