# Every figure, as SVG for the report and PNG for slides.


rule f1_by_ratio:
    input:
        curves=f"{R}/analysis/curves.parquet",
    output:
        svg=report(
            f"{R}/figures/f1_by_ratio.svg",
            caption="../report/f1_by_ratio.rst",
            category="Answers",
            subcategory="Figures",
            labels={"figure": "Token F1 by ratio"},
        ),
        png=f"{R}/figures/f1_by_ratio.png",
    log:
        f"{LOGS}/figures/f1_by_ratio.log",
    localrule: True
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        stem=subpath(output.svg, strip_suffix=".svg"),
        code=fingerprint("kvstudy.figures.f1_by_ratio"),
    message:
        "Drawing: token F1 by ratio"
    shell:
        "python -m kvstudy.figures.f1_by_ratio --curves {input.curves:q} --out {params.stem:q} > {log:q} 2>&1"


rule errors_by_ratio:
    input:
        curves=f"{R}/analysis/curves.parquet",
    output:
        svg=report(
            f"{R}/figures/errors_by_ratio.svg",
            caption="../report/errors_by_ratio.rst",
            category="Answers",
            subcategory="Figures",
            labels={"figure": "Kinds of error by ratio"},
        ),
        png=f"{R}/figures/errors_by_ratio.png",
    log:
        f"{LOGS}/figures/errors_by_ratio.log",
    localrule: True
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        stem=subpath(output.svg, strip_suffix=".svg"),
        code=fingerprint("kvstudy.figures.errors_by_ratio"),
    message:
        "Drawing: kinds of error by ratio"
    shell:
        "python -m kvstudy.figures.errors_by_ratio --curves {input.curves:q} --out {params.stem:q} > {log:q} 2>&1"


rule ger_hallucination:
    input:
        curves=f"{R}/analysis/curves.parquet",
        correlations=f"{R}/analysis/correlations.parquet",
    output:
        svg=report(
            f"{R}/figures/ger_hallucination.svg",
            caption="../report/ger_hallucination.rst",
            category="Eviction",
            subcategory="Figures",
            labels={"figure": "Global eviction and hallucination"},
        ),
        png=f"{R}/figures/ger_hallucination.png",
    log:
        f"{LOGS}/figures/ger_hallucination.log",
    localrule: True
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        stem=subpath(output.svg, strip_suffix=".svg"),
        code=fingerprint("kvstudy.figures.ger_hallucination"),
    message:
        "Drawing: global eviction and hallucination"
    shell:
        "python -m kvstudy.figures.ger_hallucination --curves {input.curves:q} --correlations {input.correlations:q} --out {params.stem:q} > {log:q} 2>&1"


rule consensus_by_layer:
    input:
        layer_curves=f"{R}/analysis/layer_curves.parquet",
    output:
        svg=report(
            f"{R}/figures/consensus_by_layer.svg",
            caption="../report/consensus_by_layer.rst",
            category="Eviction",
            subcategory="Figures",
            labels={"figure": "Agreement of heads by layer"},
        ),
        png=f"{R}/figures/consensus_by_layer.png",
    log:
        f"{LOGS}/figures/consensus_by_layer.log",
    localrule: True
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        stem=subpath(output.svg, strip_suffix=".svg"),
        code=fingerprint("kvstudy.figures.consensus_by_layer"),
    message:
        "Drawing: agreement of heads by layer"
    shell:
        "python -m kvstudy.figures.consensus_by_layer --layer_curves {input.layer_curves:q} --out {params.stem:q} > {log:q} 2>&1"
