# make demo: set up and see the main job.   make test: set up and run all that CI runs.
# make bench: speed against the tools that people would pick instead (builds them on first use).
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint unit native lock bench docs clean

demo: $(VENV)/.installed
	@scripts/demo

test: lint unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/generate_docs.py --check

unit: $(VENV)/.dev
	$(BIN)/python scripts/build_native.py --if-possible
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term:skip-covered --cov-fail-under=85

# The fast engine (native/README.md), for this checkout. Everything works without it, slower.
native: $(VENV)/.installed
	$(BIN)/python scripts/build_native.py

docs: $(VENV)/.dev
	$(BIN)/python scripts/generate_docs.py

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks.run

# The locks pin every package with hashes and name no registry. `make lock` renews them.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header
lock: $(VENV)/.dev
	$(BIN)/pip install --quiet uv
	printf 'hatchling>=1.27\neditables\n' | $(COMPILE) -o requirements-build.lock -
	$(COMPILE) -o requirements.lock pyproject.toml
	$(COMPILE) --group dev -o requirements-dev.lock pyproject.toml

$(VENV)/bin/python:
	@python=$$(scripts/python) && "$$python" -m venv $(VENV)

PIP := $(BIN)/pip install --quiet --disable-pip-version-check

$(VENV)/.installed: requirements.lock requirements-build.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes -r requirements.lock -r requirements-build.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.installed
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
