# A study of KV-cache compression: one config file in, one report out.
#
#   .venv/bin/snakemake --cores 2 --configfile config/demo.yaml
#
# `python -m kvstudy.study` does the same, prints the plan first and makes the report afterwards; and it alone sees to
# what killed runs, damaged files and cells that fail have left.

from snakemake.utils import min_version

min_version("9.27")


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/plan.smk"
include: "workflow/rules/models.smk"
include: "workflow/rules/datasets.smk"
include: "workflow/rules/cards.smk"
include: "workflow/rules/cells.smk"
include: "workflow/rules/scores.smk"
include: "workflow/rules/probes.smk"
include: "workflow/rules/analysis.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/page.smk"


# What a profile sets for `cell` or `score` holds for each of those rules, where several cells make a job.
SET = workflow.resource_settings.overwrite_resources or {}
for each in workflow.rules:
    for name in (kind(each.name), each.name):
        each.resources.update(SET.get(name, {}))


# All that jobs make is asked for by name, but for facts and scores, of which there are too many: else what was deleted is
# not missed while all that follows from it is there.
rule all:
    input:
        rules.figures.input,
        rules.figures.output,
        rules.tables.input,
        rules.tables.output,
        rules.cards.output,
        manifests(models(STUDY)),
        f"{R}/cells.parquet",
        tables_of(CARDS),
        [f"{R}/scores/{name}.json" for name in experiments(STUDY)],
        [f"{R}/probes/{cell}.parquet" for cell in PROBED],
        [
            f"{R}/probes/names/{model}.parquet"
            for model in {CELLS[c].model for c in PROBED}
        ],
        rules.numbers.input,
        rules.numbers.output,
        rules.page.output,
    message:
        "Everything is there"
