# livehost: set up, go live, test. `make` alone lists what there is.
# The Python to use (>= 3.11) is searched for; name it with: make PYTHON=/path/to/python3

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-virtualenv
# misaki's metadata ends at Python 3.12, its code doesn't: seen to work on 3.13.
LOCKED := --require-hashes --ignore-requires-python
ROOM ?= configs/demo.toml
MINUTES ?= 60
export PYTHON

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run test test-all check bench chaos soak lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

install: .venv/.prepared ## set everything up, into .venv and the cache; needs no root

run: install ## set up and go live: http://127.0.0.1:8700 (another room: make run ROOM=…)
	@$(BIN)/livehost run $(ROOM)

test: install .venv/.dev ## set up and pass every test but the slow ones
	@.ci/test-tools
	@$(BIN)/pytest -m "not slow"

test-all: install .venv/.dev ## the slow tests too
	@.ci/test-tools
	@$(BIN)/pytest

check: .venv/.dev ## lint, types, import contracts, file length, system libraries
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/mypy tests/e2e .ci/check_length.py .ci/check_links.py
	@$(BIN)/lint-imports
	@$(BIN)/python .ci/check_length.py
	@$(BIN)/python .ci/check_links.py

bench: install .venv/.dev ## CPU and memory of a room on air, beside ffmpeg alone
	@.ci/test-tools
	@$(BIN)/python -m tests.e2e.bench

chaos: install .venv/.dev ## every fault of the fault table on a real room: var/chaos-report.md (FLAGS="--only 1 12")
	@.ci/test-tools
	@$(BIN)/python -m tests.chaos $(FLAGS)

soak: install .venv/.dev ## a room on air for MINUTES=60: does it grow or drift? var/soak-report.md
	@.ci/test-tools
	@$(BIN)/python -m tests.chaos.soak --minutes $(MINUTES)

lock: ## write the lock files anew after a change of dependencies
	@.ci/lock

clean: ## remove the environment and what tools left; rooms' state in var/ stays
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.created: .ci/python
	@python=$$(sh .ci/python) && echo "setting up .venv with $$python" && "$$python" -m venv .venv
	@touch $@

.venv/.installed: .venv/.created requirements.lock pyproject.toml
	@echo "installing the packages of requirements.lock (1.2 GB on disk; a minute or two)"
	@$(PIP) $(LOCKED) -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --ignore-requires-python -e .
	@touch $@

.venv/.dev: .venv/.installed requirements-dev.lock
	@echo "installing the tools for tests and checks"
	@$(PIP) $(LOCKED) -r requirements-dev.lock
	@touch $@

.venv/.prepared: .venv/.installed
	@$(BIN)/livehost prepare
	@touch $@
