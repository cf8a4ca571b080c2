PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
APP_READY := $(VENV)/.app
DEV_READY := $(VENV)/.dev
BENCH_READY := $(VENV)/.bench
JS_READY := node_modules/.ready
# npm and what it installs look for node on the path, where another one may stand.
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"

.DEFAULT_GOAL := help
.PHONY: help app dev test lint format checkpoints bench-train clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

app: $(APP_READY) ## install what is needed and open the app
	$(BIN)/streamlit run app.py

dev: $(APP_READY) ## open the app so that it runs again when a file of it changes
	$(BIN)/streamlit run app.py --server.fileWatcherType auto --server.runOnSave true

test: $(DEV_READY) ## run all tests
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not alone"
	$(BIN)/pytest -m alone

lint: $(DEV_READY) $(JS_READY) ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(WITH_NODE) node_modules/.bin/biome check --error-on-warnings
	$(WITH_NODE) node_modules/.bin/tsc -p .

format: $(DEV_READY) $(JS_READY) ## bring the code into the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(WITH_NODE) node_modules/.bin/biome check --write

checkpoints: $(APP_READY) ## retrain every shipped model on MNIST (about an hour)
	recipes=$$($(BIN)/python -m vae_core recipes --names) || exit 1; for recipe in $$recipes; do \
		$(BIN)/python -m vae_core train $$recipe --threads 1 --overwrite || exit 1; \
	done
	$(BIN)/python -m vae_core pca 64 --overwrite
	$(BIN)/python -m bench.shipped_tsne

bench-train: $(BENCH_READY) ## measure how fast a training is, and against whom
	$(BIN)/python -m bench.train

clean: ## remove what was installed, and the caches
	rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(APP_READY): requirements.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet -r requirements.txt
	@touch $@

$(DEV_READY): requirements.txt requirements-import.txt requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@ $(APP_READY)

$(BENCH_READY): requirements.txt requirements-bench.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet -r requirements-bench.txt
	@touch $@ $(APP_READY)

$(JS_READY): package.json package-lock.json .npmrc | $(DEV_READY)
	$(WITH_NODE) npm ci --quiet
	@touch $@
