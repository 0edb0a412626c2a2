# Everything a checkout can do; each target sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test test-integrations lint generate fuzz bench clean

help: ## Say what there is.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 14

$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "facelint needs Python 3.11 or later; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	$(PIP) --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.made pyproject.toml
	$(PIP) --editable '.[dev]'
	touch $@ $(VENV)/.installed

demo: $(VENV)/.installed ## Check the two example datasets: one passes, one fails.
	$(BIN)/facelint check examples/studio-portraits
	$(BIN)/facelint check examples/masked-face-market || test $$? -eq 1

test: lint ## Run every check: style, types, tests with coverage, freshness of generated files.
	$(BIN)/python -m pytest --cov --cov-report=term

test-integrations: $(VENV)/.dev ## Run the gates in pre-commit, DVC, MLflow, Airflow and datasets, each in its own environment.
	FACELINT_INTEGRATIONS=$(VENV)/integrations $(BIN)/python -m pytest tests/integrations

lint: $(VENV)/.dev ## Style and types.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

generate: $(VENV)/.dev ## Write the generated files anew: schemas, the examples' golden reports.
	$(BIN)/python docs/generate.py
	$(BIN)/python -m pytest --update-goldens tests/test_examples.py

fuzz: $(VENV)/.dev ## Read a million damaged image files: nothing escapes, each within a second and 64 MiB.
	cd tests && ../$(BIN)/python -m fuzz --inputs 1000000

bench: $(VENV)/.dev ## Measure a million manifest rows, twenty thousand pictures and start-up.
	$(BIN)/python benchmarks/manifest_rows.py
	$(BIN)/python -m pip install --quiet exifread
	$(BIN)/python benchmarks/image_headers.py
	$(BIN)/python benchmarks/startup.py

clean: ## Remove what the other targets made.
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage dist build
