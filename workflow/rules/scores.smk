# How the answers of cells are judged: a job scores the cells of a bundle. As with facts, a list of a cell's tables with
# their checksums stands for all of them.

JUDGED_BY = {
    name: [
        fingerprint("kvstudy.scores", f"kvstudy.scores.{name}"),
        contents(sorted(RESOURCES.glob(EXPERIMENTS[name].judged_by))),
        locked(LOCK, EXPERIMENTS[name].judges),
    ]
    for name in experiments(STUDY)
}

for number, (bundle, members) in enumerate(BUNDLES.items(), 1):

    rule:
        name:
            name_of("score", number)
        input:
            [f"{R}/cells/{cell}/{FACTS_LIST}" for cell in members],
            datasets=lambda wildcards, members=members: tables_of(
                datasets_of(experiment_of(members, wildcards))
            ),
        output:
            [f"{R}/scores/{cell}/{SCORES_LIST}" for cell in members],
        log:
            f"{LOGS}/scores/{bundle}.log",
        resources:
            mem_mb=more_each_time(2000),
            runtime=lambda wildcards, attempt, members=members: score_runtime(
                len(members), attempt
            ),
        params:
            cells=lambda wildcards, members=members: [
                cell.id for cell in cells_of(members, wildcards)
            ],
            job=lambda wildcards, members=members: hashed(
                [score_job(STUDY, cell) for cell in cells_of(members, wildcards)]
            ),
            facts=subpath(input[0], ancestor=2),
            datasets=f"{R}/datasets",
            folder=subpath(output[0], ancestor=2),
            judged_by=lambda wildcards, members=members: JUDGED_BY[
                experiment_of(members, wildcards)
            ],
        message:
            "Scoring cells; see {log}"
        shell:
            STARTED
            + " python -m kvstudy.scores --jobs {JOBS:q} --cells {params.cells:q} --facts {params.facts:q}"
            " --datasets {params.datasets:q} --resources {RESOURCES:q} --out {params.folder:q} >> {log:q} 2>&1"


rule gather_scores:
    input:
        cells=f"{R}/cells.parquet",
        scores=lambda wildcards: of_cells(
            wildcards.experiment, f"{R}/scores/{{cell}}/{SCORES_LIST}"
        ),
    output:
        f"{R}/scores/{{experiment}}.json",
    log:
        f"{LOGS}/scores/{{experiment}}.log",
    wildcard_constraints:
        experiment=one_of(experiments(STUDY)),
    localrule: True
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        folder=subpath(output[0], parent=True),
        code=fingerprint("kvstudy.scores.gather"),
    message:
        "Gathering the scores of {wildcards.experiment}"
    shell:
        "python -m kvstudy.scores.gather --cells {input.cells:q} --experiment {wildcards.experiment}"
        " --scores {params.folder:q} --out {output:q} > {log:q} 2>&1"
