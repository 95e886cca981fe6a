# The verbs of this project. Each works in a fresh clone and installs what it needs first.

.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
INSTALLED := .venv/.installed
# By file, so that what the tests of one file share is made once.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile -q

.PHONY: help install demo test test-all lint fix docs bench accuracy robustness

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

install: $(INSTALLED) ## Make .venv with the command oit in it; install or name the system programs
	@scripts/system-packages

$(INSTALLED): pyproject.toml requirements.lock scripts/install scripts/lib.sh
	@scripts/install
	@touch $@

demo: install ## Audit the sample agency that ships with the project
	@$(BIN)/oit demo

test: install ## Run the tests (under 8 minutes on two cores)
	$(PYTEST) -m "not slow"

test-all: install ## Run every test, slow ones too
	$(PYTEST)

lint: install ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: install ## Mend what can be mended by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: install ## Write the generated documents anew
	@for script in scripts/docs/*.py; do echo "$$script"; $(BIN)/python "$$script" || exit 1; done

bench: install ## Measure speed; each script prints its ratio against the floor
	@for script in benchmarks/*_speed.py; do echo "$$script"; $(BIN)/python "$$script" || exit 1; done

accuracy: install ## Audit all labelled agencies (PART=developed: not the held-out ones) and write docs/accuracy.md
	@$(BIN)/python scripts/accuracy.py --part $(or $(PART),all)

robustness: install ## Break right answers, try to cheat, damage text; write docs/robustness.md
	@$(BIN)/python scripts/robustness.py
