# Every table, as HTML for the report, LaTeX for a paper and CSV for reuse.


rule uncompressed_f1_table:
    input:
        curves=f"{R}/analysis/curves.parquet",
        published="resources/published.csv",
    output:
        html=report(
            f"{R}/tables/uncompressed_f1.html",
            caption="../report/uncompressed_f1.rst",
            category="Answers",
            subcategory="Tables",
            labels={"table": "Token F1 without compression"},
        ),
        csv=f"{R}/tables/uncompressed_f1.csv",
        tex=f"{R}/tables/uncompressed_f1.tex",
    log:
        f"{LOGS}/tables/uncompressed_f1.log",
    localrule: True
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        stem=subpath(output.html, strip_suffix=".html"),
        code=fingerprint("kvstudy.tables.uncompressed_f1"),
    message:
        "Writing the table: token F1 without compression"
    shell:
        "python -m kvstudy.tables.uncompressed_f1 --curves {input.curves:q} --published {input.published:q} --out {params.stem:q} > {log:q} 2>&1"


rule ger_correlations_table:
    input:
        correlations=f"{R}/analysis/correlations.parquet",
        published="resources/published.csv",
    output:
        html=report(
            f"{R}/tables/ger_correlations.html",
            caption="../report/ger_correlations.rst",
            category="Eviction",
            subcategory="Tables",
            labels={"table": "Correlation of eviction and hallucination"},
        ),
        csv=f"{R}/tables/ger_correlations.csv",
        tex=f"{R}/tables/ger_correlations.tex",
    log:
        f"{LOGS}/tables/ger_correlations.log",
    localrule: True
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        stem=subpath(output.html, strip_suffix=".html"),
        code=fingerprint("kvstudy.tables.ger_correlations"),
    message:
        "Writing the table: correlation of eviction and hallucination"
    shell:
        "python -m kvstudy.tables.ger_correlations --correlations {input.correlations:q} --published {input.published:q} --out {params.stem:q} > {log:q} 2>&1"


rule coverage_table:
    input:
        coverage=f"{R}/analysis/coverage.parquet",
    output:
        html=report(
            f"{R}/tables/coverage.html",
            caption="../report/coverage.rst",
            category="Study",
            subcategory="Tables",
            labels={"table": "Coverage of cells"},
        ),
        csv=f"{R}/tables/coverage.csv",
        tex=f"{R}/tables/coverage.tex",
    log:
        f"{LOGS}/tables/coverage.log",
    localrule: True
    conda:
        "../../envs/kvstudy.yaml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        stem=subpath(output.html, strip_suffix=".html"),
        code=fingerprint("kvstudy.tables.coverage"),
    message:
        "Writing the table: coverage of cells"
    shell:
        "python -m kvstudy.tables.coverage --coverage {input.coverage:q} --out {params.stem:q} > {log:q} 2>&1"
