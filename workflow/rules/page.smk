# The front page: what ran, what came of it, and which tokens survived, as one HTML file beside Snakemake's report.

TEMPLATES = RESOURCES / "page"
PAGE = sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


rule page:
    input:
        cells=f"{R}/cells.parquet",
        analyses=[
            f"{R}/analysis/{name}.parquet"
            for name in (
                "coverage",
                "claims",
                *(name for e in experiments(STUDY) for name in EXPERIMENTS[e].page),
            )
        ],
        facts=of_all_cells(f"{R}/cells/{{cell}}/{FACTS_LIST}"),
        scores=[f"{R}/scores/{e}.json" for e in experiments(STUDY)],
        datasets=tables_of(
            sorted({name for e in experiments(STUDY).values() for name in e.datasets})
        ),
        models=manifests(models(STUDY)),
    output:
        f"reports/{STUDY.study}.html",
    log:
        f"{LOGS}/page.log",
    resources:
        mem_mb=more_each_time(4000),
        runtime=more_each_time(120),
    params:
        study=STUDY.study,
        results=subpath(input.cells, parent=True),
        models=lambda wildcards, input: str(Path(input.models[0]).parents[1]),
        code=fingerprint("kvstudy.page"),
        read=contents([EXAMPLES, *PAGE]),
    message:
        "Making the study page"
    shell:
        "python -m kvstudy.page --study {params.study:q} --results {params.results:q} --models {params.models:q}"
        " --examples {EXAMPLES:q} --templates {TEMPLATES:q} --out {output:q} > {log:q} 2>&1"
