# One cell: the model under one policy at one ratio, over all its datasets and regimes. The only rule that needs a GPU.
# Finished shards stay in the work folder, so that a job that was killed goes on where it was.


rule cell:
    input:
        model=lambda wildcards: f"{MODELS}/{CELLS[wildcards.cell].model}/materialised.json",
        datasets=lambda wildcards: dataset_files(wildcards.cell),
        examples="resources/prompts/examples.json",
    output:
        answers=f"{R}/cells/{{cell}}/answers.parquet",
        survivors=f"{R}/cells/{{cell}}/survivors.parquet",
        attention=f"{R}/cells/{{cell}}/attention.parquet",
        states=f"{R}/cells/{{cell}}/states.parquet",
        run=f"{R}/cells/{{cell}}/run.json",
    log:
        f"{LOGS}/cells/{{cell}}.log",
    conda:
        "../../envs/kvstudy.yaml"
    threads: 1
    resources:
        gpu=gpus(STUDY.execution.device),
        mem_mb=4000,
        runtime=120,
    params:
        job=lambda wildcards: job(STUDY, CELLS[wildcards.cell]),
        model=subpath(input.model, parent=True),
        datasets=f"{R}/datasets",
        work=f"{R}/work",
        folder=subpath(output.answers, parent=True),
        code=fingerprint("kvstudy.cells"),
        stack=STACK,
    message:
        "Running the cell {wildcards.cell}"
    shell:
        "python -m kvstudy.cells --job {params.job:q} --code {params.code} --model {params.model:q}"
        " --datasets {params.datasets:q} --examples {input.examples:q} --work {params.work:q} --out {params.folder:q} > {log:q} 2>&1"
