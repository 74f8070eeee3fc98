# The project's commands; `make help` explains each.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --quiet --disable-pip-version-check install
BEFORE := $(patsubst tests/support/before/%/requirements.txt,.venv/before/%/made,$(wildcard tests/support/before/*/requirements.txt))
COMPILE := $(BIN)/uv --quiet pip compile --universal --generate-hashes --no-header --python-version 3.11
LOCK := $(COMPILE) --extra build pyproject.toml

# Every service and worker starts from bytecode, whatever the caller's environment: a second less for each.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo up check test pages pictures cov faults release-check bench audit lock release clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/local  ## the virtual environment, from pinned and hashed packages; says first what the machine lacks

demo: setup  ## three companies at once, from application to the partners they consent to inform, on a fresh deployment; DEMO=--stay keeps it running
	$(BIN)/tt demo $(DEMO)

up: setup  ## start the one-machine deployment and keep it running, Ctrl-C stops it; UP=--sample brings in companies in every stage
	$(BIN)/tt up $(UP)

check: .venv/dev  ## lint, types, imports and budgets; no tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/architecture/budgets.py

test: .venv/dev $(BEFORE)  ## every test but the fault matrix; needs nothing but this machine, on a real Kafka and a real MongoDB
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not matrix and not pages"

pages: .venv/dev  ## every page of the portal in a real browser: by keyboard, narrow, dark, in high contrast, enlarged; and a whole life with the keys alone; needs Chromium
	$(BIN)/pytest tests/e2e/browser -m pages

pictures: .venv/dev  ## pictures of every page, in both languages, wide and narrow, in build/pictures; PICTURES="cases case" takes these alone; needs Chromium
	$(BIN)/python -m tests.support.servers.pictures $(PICTURES)

cov: .venv/dev  ## which lines and branches are reached by the tests that run the code in their own process; shown, no gate
	$(BIN)/coverage run -m pytest tests/services tests/shared tests/contracts -q
	$(BIN)/coverage report

faults: .venv/dev $(BEFORE)  ## a long search of schedules and the fault matrix, from TT_SEED; FAULTS=quarter takes the quarter that the commit chooses (FAULTS_SEED)
	TT_SEARCH_SECONDS=90 $(BIN)/pytest tests/schedules -k promise -s
	$(BIN)/pytest tests/faults tests/e2e -m matrix

release-check: export NOT_RUN := $(CURDIR)/build/not-run
release-check:  ## what a release must pass: check, test, pages, the whole of faults, and no test that did not run
	rm -f "$(NOT_RUN)"
	$(MAKE) check test pages faults FAULTS=
	$(BIN)/python tests/support/not_run.py --refuse

bench: .venv/dev .venv/bench  ## how fast it is, beside what people write instead; 40 minutes, alone on the machine; writes docs/benchmarks
	$(BIN)/python -m tests.bench.run

audit: .venv/dev  ## ask an index of vulnerabilities about every pinned package; fails where none is in reach, or one is known
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tests.support.audit

lock: .venv/dev  ## resolve the dependencies anew and pin them with their hashes
	rm -f requirements/*.txt
	$(LOCK) --extra local --extra dev -o requirements/dev.txt
	$(LOCK) --extra local -c requirements/dev.txt -o requirements/local.txt
	$(LOCK) --extra operator -c requirements/dev.txt -o requirements/operator.txt
	$(LOCK) -c requirements/dev.txt -o requirements/services.txt
	$(LOCK) --extra bench -c requirements/dev.txt -o requirements/bench.txt
	$(COMPILE) tests/contracts/python/requirements.in -o tests/contracts/python/requirements.txt

release: .venv/dev  ## keep the wheel of this version, its locked requirements and lives as it stores them, for the upgrade tests of later ones
	$(BIN)/python -m tests.support.samples.release

clean:  ## remove the virtual environment and every cache of the tools
	rm -rf .venv build *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# A release of before, from its wheel and its locked requirements.
.venv/before/%/made: tests/support/before/%/requirements.txt | .venv/dev
	$(BIN)/uv --quiet venv --clear --python $(BIN)/python $(@D)
	$(BIN)/uv --quiet pip install --python $(@D)/bin/python --require-hashes -r $<
	$(BIN)/uv --quiet pip install --python $(@D)/bin/python --no-deps tests/support/before/$*/*.whl
	touch $@

# A stamp is written last: a failed installation leaves none, and is repeated.
.venv/made:
	$(PYTHON) deploy/local/preflight.py
	$(PYTHON) -m venv --clear .venv
	touch $@

.venv/local .venv/dev .venv/bench: .venv/%: requirements/%.txt pyproject.toml | .venv/made
	$(PIP) --require-hashes -r $<
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@
