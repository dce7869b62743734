# Cells: the model under one policy at one ratio, over all its datasets and regimes. The only rule that needs a GPU. A
# job runs the cells of a bundle (execution.bundle); where that is one cell, one rule serves all of them.
# A cell's tables are folders of parts, each a range of contexts, so that a job that was killed goes on where it was. A
# list of the parts' files with their checksums is written last and stands for the cell.

for number, (bundle, members) in enumerate(BUNDLES.items(), 1):

    rule:
        name:
            name_of("cell", number)
        input:
            model=lambda wildcards, members=members: manifests(
                [model_of(members, wildcards)]
            ),
            datasets=lambda wildcards, members=members: tables_of(
                datasets_of(experiment_of(members, wildcards))
            ),
        output:
            [f"{R}/cells/{cell}/{FACTS_LIST}" for cell in members],
        log:
            f"{LOGS}/cells/{bundle}.log",
        threads: STUDY.execution.threads
        resources:
            gpu=lambda wildcards: gpus_of_a_job(),
            mem_mb=lambda wildcards, attempt, members=members: memory(
                STUDY, cells_of(members, wildcards), bool(gpus_of_a_job()), attempt
            ),
            runtime=lambda wildcards, attempt, members=members: runtime(
                STUDY,
                cells_of(members, wildcards),
                SIZES,
                bool(gpus_of_a_job()),
                attempt,
            ),
        params:
            cells=lambda wildcards, members=members: [
                cell.id for cell in cells_of(members, wildcards)
            ],
            job=lambda wildcards, members=members: hashed(
                [job(STUDY, cell) for cell in cells_of(members, wildcards)]
            ),
            model=lambda wildcards, members=members: f"{MODELS}/{model_of(members, wildcards)}",
            datasets=f"{R}/datasets",
            folder=subpath(output[0], ancestor=2),
            version=f"version {versions.FACTS}",
            worked=contents([EXAMPLES]),
            stack=STACK,
        message:
            "Running cells; they report in {log}"
        shell:
            STARTED
            + " python -m kvstudy.cells --jobs {JOBS:q} --cells {params.cells:q} --model {params.model:q}"
            " --datasets {params.datasets:q} --examples {EXAMPLES:q}"
            " --out {params.folder:q} >> {log:q} 2>&1"
