# Every figure and table that the report shows; kvstudy.plan.shown lists them.

for each in SHOWN:

    rule:
        name:
            each.rule
        input:
            **each.inputs(R),
        output:
            report(
                each.outputs(R)[0],
                caption=f"../report/{each.name}.rst",
                category=each.category,
                subcategory=each.kind.capitalize(),
                labels={each.kind.removesuffix("s"): each.title},
            ),
            each.outputs(R)[1:],
        log:
            f"{LOGS}/{each.kind}/{each.name}.log",
        localrule: True
        conda:
            "../../envs/kvstudy.yaml"
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            module=f"kvstudy.{each.kind}.{each.name}",
            options=lambda wildcards, input: [f"--{k}={v}" for k, v in input.items()],
            stem=subpath(output[0], strip_suffix=each.suffix),
            read=of_resources(each.inputs(R).values()),
            code=fingerprint(f"kvstudy.{each.kind}.{each.name}"),
        message:
            f"Making of {each.kind}: {each.title}"
        shell:
            "python -m {params.module} {params.options:q} --out {params.stem:q} > {log:q} 2>&1"
