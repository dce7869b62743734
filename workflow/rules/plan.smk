# Which cells the study has.


rule plan:
    output:
        f"{R}/cells.parquet",
    log:
        f"{LOGS}/plan.log",
    localrule: True
    params:
        config=Path(CONFIG),  # Snakemake compares no paths: a run has a copy of its own
        cells=sorted(CELLS),
        code=fingerprint("kvstudy.plan.write"),
    message:
        "Writing the table of cells"
    shell:
        "python -m kvstudy.plan.write --config {params.config:q} --out {output:q} > {log:q} 2>&1"
