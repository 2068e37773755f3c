# Secretariat. `make` alone lists what there is to make.

.DEFAULT_GOAL = help
.PHONY: help setup run test check bench lock clean translations

# Where it answers, and the folder for database, key and files: make run PORT=8080 DATA=/srv/secretariat
PORT ?= 8000
BIND ?= 127.0.0.1
DATA ?= ./var
PYTHON ?= python3

MESSAGES = $(wildcard locale/*/LC_MESSAGES/*.po)

# An environment whose Python has gone (a system upgrade) is made anew.
$(shell .venv/bin/python -c '' 2>/dev/null || rm -f .venv/*.stamp)

help: ## List these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

setup: .venv/run.stamp translations ## Make everything that `make run` needs, and nothing else

run: setup ## Start with demonstration data: make run PORT=8000 DATA=./var
	@PORT="$(PORT)" BIND="$(BIND)" DATA="$(DATA)" exec sh deploy/run.sh

test: .venv/test.stamp translations ## Run all tests: SQLite, PostgreSQL and the browser
	@sh tests/rig/test.sh

check: .venv/check.stamp translations ## Lint, types, migrations, deployment settings, translations, the tree itself
	@sh tests/rig/check.sh

bench: .venv/test.stamp translations ## Measure; prints a table and writes bench/results.json
	@.venv/bin/python bench/run.py

lock: .venv/check.stamp ## Resolve pyproject.toml anew into requirements/*.txt, with hashes
	@sh deploy/lock.sh

clean: ## Remove everything that was made, except the data in ./var
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/artifacts bench/results.json
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find locale -name '*.mo' -exec rm -f {} +

translations: $(MESSAGES:.po=.mo)

%.mo: %.po | .venv/run.stamp
	@.venv/bin/python -m babel.messages.frontend -q compile --input-file=$< --output-file=$@

.venv/run.stamp: requirements/run.txt
	@PYTHON="$(PYTHON)" sh deploy/install.sh run

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	@PYTHON="$(PYTHON)" sh deploy/install.sh test

.venv/check.stamp: requirements/check.txt .venv/test.stamp
	@PYTHON="$(PYTHON)" sh deploy/install.sh check
