# How the answers of one cell are judged.


rule score:
    input:
        answers=f"{R}/cells/{{cell}}/answers.parquet",
        survivors=f"{R}/cells/{{cell}}/survivors.parquet",
        attention=f"{R}/cells/{{cell}}/attention.parquet",
        decoded_attention=f"{R}/cells/{{cell}}/decoded_attention.parquet",
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
        mem_mb=more_each_time(2000),
        runtime=more_each_time(20),
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


rule score_instructions:
    input:
        answers=f"{R}/cells/{{cell}}/answers.parquet",
        survivors=f"{R}/cells/{{cell}}/survivors.parquet",
        spans=f"{R}/cells/{{cell}}/spans.parquet",
        states=f"{R}/cells/{{cell}}/states.parquet",
        datasets=lambda wildcards: dataset_files(wildcards.cell),
        texts=f"resources/{instructions.TEXTS}",
    output:
        responses=f"{R}/scores/{{cell}}/responses.parquet",
        verdicts=f"{R}/scores/{{cell}}/verdicts.parquet",
        spans=f"{R}/scores/{{cell}}/spans.parquet",
        fairness=f"{R}/scores/{{cell}}/fairness.parquet",
    log:
        f"{LOGS}/scores/{{cell}}.log",
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=more_each_time(2000),
        runtime=more_each_time(30),
    params:
        job=lambda wildcards: score_job(STUDY, CELLS[wildcards.cell]),
        facts=subpath(input.answers, parent=True),
        dataset=f"{R}/datasets/{SYSTEM_PROMPTS}",
        folder=subpath(output.responses, parent=True),
        code=fingerprint("kvstudy.scores.instructions"),
        stack=JUDGES,
    message:
        "Scoring the cell {wildcards.cell}"
    shell:
        "python -m kvstudy.scores.instructions --job {params.job:q} --facts {params.facts:q}"
        " --dataset {params.dataset:q} --resources resources --out {params.folder:q} > {log:q} 2>&1"
