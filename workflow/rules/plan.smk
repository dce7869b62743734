# Which cells the study has.


rule plan:
    output:
        f"{R}/cells.parquet",
    log:
        f"{LOGS}/plan.log",
    localrule: True
    conda:
        "../../envs/kvstudy.yaml"
    params:
        cells=sorted(CELLS),
        code=fingerprint("kvstudy.plan.write"),
    message:
        "Writing the table of cells"
    shell:
        "python -m kvstudy.plan.write --config {CONFIG:q} --out {output:q} > {log:q} 2>&1"
