# Every command of kvstudy. A target's comment is its line in `make help`.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3.11
CONFIG ?= config/demo.yaml
PROFILE ?=
WHERE ?=
TESTS ?= tests
SEEDS ?= 1
STUDY ?= config/demo.yaml

# This folder's code runs, with the packages of .venv and no others, whatever the shell says to Python.
unexport $(filter PYTHON%,$(.VARIABLES))
export PYTHONPATH := $(CURDIR)/workflow
export PYTHONSAFEPATH := 1
export PYTHONNOUSERSITE := 1
export PYTHONUTF8 := 1
export PATH := $(CURDIR)/.venv/bin:$(PATH)
run := .venv/bin/python -m
study = $(run) kvstudy.study --config "$(CONFIG)" $(if $(PROFILE),--profile "$(PROFILE)") $(if $(WHERE),--where "$(WHERE)")
env := .venv/complete

.PHONY: help
help:  ## list the targets
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r t d; do printf '%-10s %s\n' "$$t" "$$d"; done

.PHONY: env
env: $(env)  ## make the environment, .venv, from requirements.lock

$(env): requirements.lock workflow/environment/install.py
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found. On Debian: sudo apt install python3.11-venv; elsewhere: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m environment.install

.PHONY: demo
demo: override CONFIG := config/demo.yaml
demo: $(env)  ## run the default study on CPU and write its report
	@$(study)

.PHONY: study
study: $(env)  ## run a study: make study CONFIG=my.yaml, PROFILE=profiles/my, WHERE=folder
	@$(study)

.PHONY: retry
retry: $(env)  ## run those cells of a study again that failed or ran out of memory
	@$(study) --retry

.PHONY: plan
plan: $(env)  ## print what a study would run, and why: make plan CONFIG=config/my.yaml
	@$(study) --plan-only

.PHONY: test
test: $(env)  ## run the tests: make test, or make test TESTS=tests/unit
	@OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive $(run) pytest -n auto --dist loadfile --no-loadscope-reorder $(TESTS)

.PHONY: slurm-test
slurm-test: $(env)  ## run the demo on a SLURM cluster of four virtual nodes, as root: make slurm-test STUDY=config/my.yaml
	@STUDY="$(STUDY)" $(run) pytest -m cluster tests/slurm/test_study.py

.PHONY: faults
faults: $(env)  ## kill, cancel, damage and fill up studies, here and on SLURM, as root, each SEEDS=1 times: hours
	@SEEDS="$(SEEDS)" $(run) pytest -m "" tests/faults tests/slurm --deselect tests/slurm/test_study.py

.PHONY: lint
lint: $(env)  ## check format, style, workflow and generated files
	$(run) ruff format --check .
	$(run) ruff check .
	$(run) snakefmt --check Snakefile workflow/rules
	.venv/bin/lint-imports --no-cache
	$(MAKE) --no-print-directory docs CHECK=--check

.PHONY: audit
audit: $(env)  ## check that the environment is what the lock says, down to every file
	@$(run) environment.audit

.PHONY: format
format: $(env)  ## format the code, and mend what the linter can mend
	$(run) ruff check --fix .
	$(run) ruff format .
	$(run) snakefmt Snakefile workflow/rules

.PHONY: docs
docs: $(env)  ## write the generated files: config reference and schema, results/README.md, envs, datasets
	$(run) kvstudy.config.reference $(CHECK)
	$(run) kvstudy.tables.columns --readme results/README.md $(CHECK)
	$(run) environment.conda $(CHECK)
	$(run) kvstudy.cards.docs $(CHECK)
	$(run) kvstudy.tables.figure_map --docs docs/figures.md $(CHECK)

.PHONY: policies
policies: $(env)  ## run every press of kvpress on the demo's model and write docs/policies.md
	$(run) snakemake --cores 1 --quiet all results/models/smollm2-135m/materialised.json
	$(run) kvstudy.engine.survey --model results/models/smollm2-135m --out docs/policies.md

.PHONY: golden
golden: $(env)  ## store what the tests compare with, after a number in contracts/versions.py was raised
	@PYTHONPATH="$(CURDIR)/workflow:$(CURDIR)" $(run) tests.golden --out tests/golden/facts.json

.PHONY: lock
lock: $(env)  ## resolve requirements.in into requirements.lock and envs: make lock, or make lock UPGRADE=--upgrade
	$(run) environment.lock $(UPGRADE)
	$(run) environment.conda

.PHONY: bench
bench: $(env)  ## time the engine beside kvpress's pipeline: make bench, or make bench BENCH="--device cuda"
	@PYTHONSAFEPATH= $(run) benchmarks $(BENCH)

.PHONY: clean
clean:  ## remove the environment and all caches; results stay
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis workflow/*.egg-info
	find workflow tests -name __pycache__ -prune -exec rm -rf {} +
