# How the answers of one cell are judged.


rule score:
    input:
        answers=f"{R}/cells/{{cell}}/answers.parquet",
        survivors=f"{R}/cells/{{cell}}/survivors.parquet",
        attention=f"{R}/cells/{{cell}}/attention.parquet",
        routes=f"{R}/cells/{{cell}}/routes.parquet",
        states=f"{R}/cells/{{cell}}/states.parquet",
        datasets=lambda wildcards: dataset_files(wildcards.cell),
        world=WORLD,
    output:
        questions=f"{R}/scores/{{cell}}/questions.parquet",
        contexts=f"{R}/scores/{{cell}}/contexts.parquet",
        layers=f"{R}/scores/{{cell}}/layers.parquet",
        heads=f"{R}/scores/{{cell}}/heads.parquet",
        routes=f"{R}/scores/{{cell}}/routes.parquet",
    log:
        f"{LOGS}/scores/{{cell}}.log",
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        job=lambda wildcards: score_job(STUDY, CELLS[wildcards.cell]),
        facts=subpath(input.answers, parent=True),
        datasets=f"{R}/datasets",
        folder=subpath(output.questions, parent=True),
        code=fingerprint("kvstudy.scores"),
    message:
        "Scoring the cell {wildcards.cell}"
    shell:
        "python -m kvstudy.scores --job {params.job:q} --facts {params.facts:q} --datasets {params.datasets:q}"
        " --resources resources --out {params.folder:q} > {log:q} 2>&1"
