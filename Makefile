# Groundplan's tasks. `make` alone lists them.
# PYTHON=python3.12 chooses the interpreter, ARGS=… is passed on to the command,
# POSTGRES_BIN=/usr/lib/postgresql/15/bin runs on that PostgreSQL instead of the embedded one.

PYTHON ?= python3
ARGS ?=
POSTGRES_BIN ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export PIP_ROOT_USER_ACTION := ignore
export PYTHONUTF8 := 1

ifneq ($(strip $(POSTGRES_BIN)),)
export GROUNDPLAN_POSTGRES_BIN := $(POSTGRES_BIN)
endif

# A checkout that was moved or copied needs its .venv told so. (Shell, because make cannot compare
# paths that contain spaces.)
$(shell for made in .venv .venv-race .venv-site; do \
	test "$$(cat $$made/checkout 2>/dev/null)" = "$$(pwd -P)" || rm -f $$made/*.stamp; done)

.PHONY: help
help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: .venv/run.stamp ## Build and try a shop on an embedded PostgreSQL
	@$(BIN)/groundplan demo $(ARGS)

.PHONY: studio
studio: .venv/run.stamp ## Look at the shop of the demo in a browser
	@$(BIN)/groundplan studio --demo $(ARGS)

.PHONY: test
test: .venv/dev.stamp ## Run all tests (POSTGRES_BIN=… on another PostgreSQL)
	@$(BIN)/python -m pytest -n auto $(ARGS)

.PHONY: test-dates
test-dates: .venv/dev.stamp ## Run the tests in which a day matters on other days (needs faketime)
	@$(BIN)/python tools/dated_tests.py $(ARGS)

.PHONY: check
check: .venv/dev.stamp ## Lint, format, types, and the direction of imports
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m pyright
	@$(BIN)/lint-imports --no-logo

.PHONY: verify
verify: .venv/run.stamp ## Check that every generated file is fresh
	@$(BIN)/groundplan generate --check $(ARGS)
	@$(BIN)/python -m groundplan.docs --check

.PHONY: format
format: .venv/dev.stamp ## Format the sources and fix what can be fixed
	@$(BIN)/python -m ruff check --fix .
	@$(BIN)/python -m ruff format .

.PHONY: bench
bench: .venv/run.stamp ## Measure what the rules and reports cost
	@$(BIN)/python benchmarks/run.py $(ARGS)

.PHONY: race
race: .venv-race/race.stamp ## Measure Groundplan beside what one would otherwise use
	@PYTHONPATH=benchmarks .venv-race/bin/python -m race $(ARGS)

.PHONY: site
site: .venv-site/site.stamp ## Build the documentation into build/site, and check it
	@.venv-site/bin/python -m sphinx -q -W --keep-going -b html docs build/site
	@.venv-site/bin/python -m pytest -q tests/docs/test_site.py
	@echo "build/site/index.html"

.PHONY: walkthrough
walkthrough: .venv/dev.stamp ## Record the walkthrough and the pictures of the gallery
	@PYTHONPATH=tools $(BIN)/python -m walkthrough $(ARGS)

.PHONY: clean
clean: ## Delete the embedded database, the .venv and all caches
	@if [ -d .groundplan ] && [ -x $(BIN)/python ]; then \
		$(BIN)/python -c "from pathlib import Path; \
		from groundplan.database import EmbeddedServer; \
		EmbeddedServer(Path('.groundplan')).destroy()"; \
	fi
	@rm -rf .venv .venv-race .venv-site .groundplan .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment ---------------------------------------------------------------------------------

.venv/made.stamp:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
		echo "Groundplan needs Python 3.11 or newer, and there is no $(PYTHON): install it, or name one with make PYTHON=…" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Groundplan needs Python 3.11 or newer, and $(PYTHON) is $$("$(PYTHON)" -c 'import platform; print(platform.python_version())'): name a newer one with make PYTHON=…" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments: install its venv module (on Debian and Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
	@"$(PYTHON)" -m venv .venv
	@pwd -P > .venv/checkout
	@touch $@

.venv/run.stamp: pyproject.toml .venv/made.stamp
	@echo "Installing Groundplan into .venv"
	@$(PIP) install --editable .
	@touch $@

.venv/dev.stamp: pyproject.toml .venv/made.stamp
	@echo "Installing Groundplan and its development tools into .venv"
	@$(PIP) install --editable '.[dev]'
	@touch .venv/run.stamp $@

# Sphinx and its theme.
.venv-site/site.stamp: pyproject.toml .venv/made.stamp
	@echo "Installing the tools of the documentation into .venv-site"
	@"$(PYTHON)" -m venv .venv-site
	@.venv-site/bin/python -m pip --disable-pip-version-check --quiet install --editable '.[site]'
	@pwd -P > .venv-site/checkout
	@touch $@

# The systems that Groundplan is raced against stay apart from it.
.venv-race/race.stamp: pyproject.toml benchmarks/race/requirements.txt .venv/made.stamp
	@echo "Installing Groundplan and what it is raced against into .venv-race"
	@"$(PYTHON)" -m venv .venv-race
	@.venv-race/bin/python -m pip --disable-pip-version-check --quiet install \
		--editable . --requirement benchmarks/race/requirements.txt
	@pwd -P > .venv-race/checkout
	@touch $@
