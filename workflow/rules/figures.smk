# Every figure and table that the report shows; kvstudy.plan.shown lists them.

for shown in SHOWN:

    rule:
        name:
            shown.rule
        input:
            **shown.inputs(R),
        output:
            report(
                shown.outputs(R)[0],
                caption=f"../report/{shown.name}.rst",
                category=shown.category,
                subcategory=shown.kind.capitalize(),
                labels={shown.kind.removesuffix("s"): shown.title},
            ),
            shown.outputs(R)[1:],
        log:
            f"{LOGS}/{shown.kind}/{shown.name}.log",
        localrule: True
        conda:
            "../../envs/kvstudy.yaml"
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            module=f"kvstudy.{shown.kind}.{shown.name}",
            options=lambda wildcards, input: [f"--{k}={v}" for k, v in input.items()],
            stem=subpath(output[0], strip_suffix=shown.suffix),
            code=fingerprint(f"kvstudy.{shown.kind}.{shown.name}"),
        message:
            f"Making of {shown.kind}: {shown.title}"
        shell:
            "python -m {params.module} {params.options:q} --out {params.stem:q} > {log:q} 2>&1"
