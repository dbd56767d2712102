# Everything needs only python3 >= 3.11, git and cargo. `make setup` brings the rest, into this folder.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := .tools/bin/uv
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
export PYTHONDONTWRITEBYTECODE := 1
export DO_NOT_TRACK := 1

.PHONY: help setup schema demo test long-test check lint types contracts lock attacks torture browser-test compose-test fuzz bench-smoke clean

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.ready  ## install everything into .venv

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "phasewright needs python3 >= 3.11")'
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet uv==$(UV_VERSION)

$(VENV)/.ready: $(UV) requirements.lock pyproject.toml
	$(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV)
	VIRTUAL_ENV=$(VENV) $(UV) pip sync --quiet --require-hashes requirements.lock
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup  ## the example plan end to end, with scripted agents, in a temporary repository
	$(BIN)/phasewright demo

test: setup  ## all pure cases and a sample of the long suites
	$(PYTEST) -m "not slow" -n auto --dist loadfile

long-test: setup  ## the tests that `make test` leaves out for their length
	$(PYTEST) -m slow

check: lint types contracts  ## linters, types, import contract

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports

attacks: setup  ## the attack corpus against the usual exit-code gate and ours; prints the table
	$(BIN)/python benchmarks/attacks.py

lock:  ## resolve again; what is locked already stays
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --group dev pyproject.toml -o requirements.lock

schema: setup  ## write docs/plan.schema.json anew
	$(BIN)/python -c 'import json, sys; from parsers.plan_schema import plan_schema; json.dump(plan_schema(), sys.stdout, indent=2); print()' > docs/plan.schema.json

FUZZ_CASES ?= 20000
FUZZ_SECONDS ?= 120

fuzz: setup  ## feed the plan reader with made-up files; FUZZ_CASES=1000000 FUZZ_SECONDS=3600 for a long one
	$(BIN)/python fuzz/fuzz_read_plan.py -runs=$(FUZZ_CASES) -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=/tmp/phasewright-fuzz-

clean:  ## remove what these targets made
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist

torture: setup  ## kill at every system call, race, try every way out; half an hour
	PHASEWRIGHT_TORTURE_EVERY=1 $(PYTEST) tests/test_git_killed.py tests/test_git_race.py tests/test_plan_file_killed.py tests/test_sandbox_killed.py tests/test_sandbox_escapes.py tests/test_sandbox_user.py

browser-test: setup  ## the report's page in chromium
	$(PYTEST) tests/test_report_page.py

compose-test: setup  ## docker-compose.yml as docker compose reads it
	$(PYTEST) tests/test_compose.py

bench-smoke: setup  ## the quick benchmarks: cache share, and the price of reading a plan
	$(BIN)/python benchmarks/tokens.py
	$(BIN)/python benchmarks/check_speed.py
