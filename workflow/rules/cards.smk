# A card of every dataset: how long its texts are, what is asked about them, and a few of both. One job makes all.


rule cards:
    input:
        datasets=tables_of(CARDS),
        models=manifests(models(STUDY)),
    output:
        [
            report(
                f"{R}/cards/{name}.html",
                caption=f"../report/{'system_prompts_card' if name == SYSTEM_PROMPTS else 'card'}.rst",
                category="Datasets",
                labels={"dataset": name},
            )
            for name in CARDS
        ],
    log:
        f"{LOGS}/cards.log",
    resources:
        mem_mb=more_each_time(4000),
        runtime=more_each_time(30),
    params:
        names=CARDS,
        datasets=subpath(input[0], ancestor=2),
        models=lambda wildcards, input: [str(Path(p).parent) for p in input.models],
        folder=subpath(output[0], parent=True),
        code=fingerprint("kvstudy.cards"),
    message:
        "Making the cards of the datasets"
    shell:
        "python -m kvstudy.cards {params.names:q} --datasets {params.datasets:q} --models {params.models:q}"
        " --out {params.folder:q} > {log:q} 2>&1"
