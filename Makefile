# Susu. Needs Python 3.11 or newer, make and git; everything else is brought along into .venv.
#
#   make demo          try it: starts everything, prints the chat page's address (FRESH=1 starts over)
#   make test          every test
#   make check         lint, types, layers, tests: what a change has to pass
#   make bench         how fast it is here (BENCH="conversations --seconds 20": only some of it)
#   make bench-compare REV=v1   how fast posting is here, over another revision

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11 python3.14; do \
	command -v $$each >/dev/null 2>&1 && $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v $$each; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
UV := VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(shell command -v uv || echo $(BIN)/uv)
# One more than there are cores: tests wait for PostgreSQL and for processes that they start.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

# What is imported is compiled once and kept, even where the surroundings say otherwise: a run of all tests starts some
# sixty Pythons, and compiling what each of them imports costs seconds.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo run test check lint types layers bench bench-compare lock format clean

help:
	@sed -n '3,7s/^# *//p' Makefile

setup: $(STAMP)

# The stamp is newer than what it was made from, so a second run does nothing.
$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Susu needs Python 3.11 or newer: install it, or say make PYTHON=/path/to/python3"; exit 2; }
	@$(BIN)/python -c '' 2>/dev/null || { echo "Making $(VENV) with $(PYTHON)"; "$(PYTHON)" -m venv --clear $(VENV); }
	@command -v uv >/dev/null || test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@echo "Installing what requirements.lock pins (a minute the first time)"
	@$(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
	@exec $(BIN)/susu demo $(if $(filter-out 0 no,$(FRESH)),--fresh)

run: setup
	@exec $(BIN)/susu run

test: setup
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal

check: lint types layers test

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .

format: setup
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

types: setup
	$(BIN)/mypy

layers: setup
	$(BIN)/lint-imports --no-cache

bench: setup
	$(BIN)/python -m benchmarks $(BENCH)

REV ?= HEAD
bench-compare: setup
	$(BIN)/python -m benchmarks revisions --against $(REV) $(BENCH)

# Pins with hashes and no download address, for every platform and Python that pyproject.toml allows.
lock: setup
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --extra dev \
		--no-emit-index-url --no-header --quiet --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build *.egg-info
