# Two commands matter: `make demo` shows Luthier at work, `make check test` says whether this tree is in order.

PYTHON ?= python3
VENV   ?= .venv
PY     := $(VENV)/bin/python
BIN    := $(VENV)/bin
PIP    := $(PY) -m pip --disable-pip-version-check install --progress-bar on -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help env env-dev fetch demo check format test docs pictures bench-speed bench-crash clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: $(VENV)/ready ## Build .venv with what Luthier needs to run (pip alone, pinned versions)

env-dev: $(VENV)/ready-dev ## The same, with what the tests and checks need

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Luthier needs Python 3.11 or newer; name one: make env PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: pyproject.toml constraints.txt | $(PY)
	$(PIP) -e .
	@touch $@

$(VENV)/ready-dev: pyproject.toml constraints.txt | $(PY)
	$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/ready

fetch: $(VENV)/ready ## Fetch the small model and the SMS-spam set into the cache
	@$(PY) scripts/fetch_demo.py minilm sms_spam

demo: $(VENV)/ready ## Fine-tune a small model on real spam messages: install, fetch, fit, verdict
	@data=$$($(PY) scripts/fetch_demo.py sms_spam) && \
	model=$$($(PY) scripts/fetch_demo.py minilm) && \
	$(BIN)/luthier fit "$$data" --model "$$model"

check: $(VENV)/ready-dev ## ruff, format, mypy strict, import rules, house rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PY) -m pytest tests/architecture

format: $(VENV)/ready-dev ## Sort imports and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: $(VENV)/ready-dev ## Every test; fetches the small model first
	@$(PY) scripts/fetch_demo.py minilm sms_spam
	OMP_NUM_THREADS=1 $(PY) -m pytest -n 2 --dist loadfile --durations 10

docs: $(VENV)/ready-dev ## Write the generated pages below docs/
	$(PY) scripts/failure_pages.py

pictures: $(VENV)/ready-dev ## Act the scenes whose curves stand on the pages, then write the pages (minutes)
	@$(PY) scripts/fetch_demo.py minilm
	$(PY) scripts/failure_pages.py --pictures

bench-speed: $(VENV)/ready-dev ## Luthier beside transformers.Trainer: seconds, scores, memory
	@$(PY) scripts/fetch_demo.py minilm sms_spam reuters_r8
	$(PY) -m benchmarks.speed

bench-crash: $(VENV)/ready-dev ## Kill runs at random and count what cannot be resumed
	$(PY) -m benchmarks.crash

clean: ## Remove caches of the tools; .venv and runs stay
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build src/*.egg-info
