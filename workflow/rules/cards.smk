# A card of every dataset: how long its texts are, what is asked about them, and a few of both.


rule card:
    input:
        contexts=f"{R}/datasets/{{dataset}}/contexts.parquet",
        questions=f"{R}/datasets/{{dataset}}/questions.parquet",
        models=manifests(models(STUDY)),
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
        models=lambda wildcards, input: [str(Path(p).parent) for p in input.models],
        code=fingerprint("kvstudy.cards"),
    message:
        "Making the card of {wildcards.dataset}"
    shell:
        "python -m kvstudy.cards --contexts {input.contexts:q} --questions {input.questions:q} --models {params.models:q}"
        " --out {output:q} > {log:q} 2>&1"


if PROMPTS:

    rule system_prompts_card:
        input:
            prompts=f"{R}/datasets/{SYSTEM_PROMPTS}/system_prompts.parquet",
            requests=f"{R}/datasets/{SYSTEM_PROMPTS}/requests.parquet",
            models=manifests(models(STUDY)),
        output:
            report(
                f"{R}/cards/{SYSTEM_PROMPTS}.html",
                caption="../report/system_prompts_card.rst",
                category="Datasets",
                labels={"dataset": SYSTEM_PROMPTS},
            ),
        log:
            f"{LOGS}/cards/{SYSTEM_PROMPTS}.log",
        localrule: True
        conda:
            "../../envs/kvstudy.yaml"
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            models=lambda wildcards, input: [str(Path(p).parent) for p in input.models],
            code=fingerprint("kvstudy.cards.system_prompts"),
        message:
            "Making the card of the system prompts"
        shell:
            "python -m kvstudy.cards.system_prompts --prompts {input.prompts:q} --requests {input.requests:q}"
            " --models {params.models:q} --out {output:q} > {log:q} 2>&1"
