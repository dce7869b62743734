# Every figure and table that the report shows; kvstudy.plan.shown lists them. One job draws all figures and one makes
# all tables, since a process takes longer to start than to draw.


rule figures:
    input:
        read_for("figures"),
    output:
        [
            report(
                each.outputs(R)[0],
                caption=f"../report/{each.name}.rst",
                category=each.category,
                subcategory="Figures",
                labels={"figure": each.title},
            )
            for each in of_kind("figures")
        ],
        other_files("figures"),
    log:
        f"{LOGS}/figures.log",
    resources:
        mem_mb=more_each_time(4000),
        runtime=more_each_time(30),
    params:
        names=[f"figures/{name}" for name in names_of("figures")],
        results=subpath(output[0], ancestor=2),
        code=code_of("figures"),
    message:
        "Drawing the figures"
    shell:
        "python -m kvstudy.make {params.names} --results {params.results:q} > {log:q} 2>&1"


rule tables:
    input:
        read_for("tables"),
    output:
        [
            report(
                each.outputs(R)[0],
                caption=f"../report/{each.name}.rst",
                category=each.category,
                subcategory="Tables",
                labels={"table": each.title},
            )
            for each in of_kind("tables")
        ],
        other_files("tables"),
    log:
        f"{LOGS}/tables.log",
    resources:
        mem_mb=more_each_time(4000),
        runtime=more_each_time(30),
    params:
        names=[f"tables/{name}" for name in names_of("tables")],
        results=subpath(output[0], ancestor=2),
        read=of_resources(
            sorted({name for each in of_kind("tables") for name in each.lists()})
        ),
        code=code_of("tables"),
    message:
        "Making the tables"
    shell:
        "python -m kvstudy.make {params.names} --results {params.results:q} --resources {RESOURCES:q} > {log:q} 2>&1"
