# A card of every dataset: how long its passages are, what its questions ask, and a few of both.


rule card:
    input:
        contexts=f"{R}/datasets/{{dataset}}/contexts.parquet",
        questions=f"{R}/datasets/{{dataset}}/questions.parquet",
        models=[f"{MODELS}/{name}/{MANIFEST}" for name in models(STUDY)],
    output:
        report(
            f"{R}/cards/{{dataset}}.html",
            caption="../report/card.rst",
            category="Datasets",
            labels={"dataset": "{dataset}"},
        ),
    log:
        f"{LOGS}/cards/{{dataset}}.log",
    localrule: True
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        models=[f"{MODELS}/{name}" for name in models(STUDY)],
        code=fingerprint("kvstudy.cards"),
    message:
        "Making the card of {wildcards.dataset}"
    shell:
        "python -m kvstudy.cards --contexts {input.contexts:q} --questions {input.questions:q} --models {params.models:q}"
        " --out {output:q} > {log:q} 2>&1"
