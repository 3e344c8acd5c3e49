# A fresh machine needs Python 3.11 or later and make; everything else goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := demo

.PHONY: demo
demo: generate ## Generate the clients and show one of them at work.
	PYTHONPATH=tests:generated/hoody $(BIN)/python examples/demo.py

.PHONY: test
test: install ## Run every test and every check.
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

.PHONY: generate
generate: install ## Write generated/ anew from specs/.
	$(BIN)/hoody-codegen generate

.PHONY: install
install: $(INSTALLED) ## Make .venv with the generator and the tools.

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	"Python 3.11 or later is needed; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'
	$(PIP) install --editable . --group dev
	@touch $@

.PHONY: format
format: install ## Format our own code.
	$(BIN)/ruff check --fix generator tests examples
	$(BIN)/ruff format generator tests examples

.PHONY: golden
golden: install ## Write the expected output of the golden tests anew; read the diff.
	$(BIN)/python -m pytest --update-golden tests/golden tests/errors tests/architecture

.PHONY: help
help: ## Show this list.
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 12
