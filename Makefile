# Every command of the repository. On a fresh machine it needs Python 3.11 or newer, git and make.

PYTHON ?= python3
VENV ?= .venv

BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DOCS_INSTALLED := $(VENV)/.docs-installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
VERSION := -c 'import sys; print(*sys.version_info[:3], sep=".")'

# Asking for a Python of another version than the environment's makes the environment anew.
ifneq ($(filter command environment,$(firstword $(origin PYTHON))),)
  ifneq ($(wildcard $(BIN)/python),)
    ifneq ($(shell { $(PYTHON) $(VERSION); } 2>/dev/null),$(shell $(BIN)/python $(VERSION)))
      .PHONY: $(INSTALLED)
    endif
  endif
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help reproduce test test-slow mutations proofs lint figures ledger bench docs clean

help: ## Show this list
	@echo 'make TARGET [PYTHON=python3.12] [VENV=.venv] [ARGS="for the command behind the target"]'
	@echo
	@awk -F ':.*## ' '/^[^\t ]+:.*## / { sub(/\$$\(VENV\)/, "$(VENV)", $$1); printf "  %-10s %s\n", $$1, $$2 }' \
	  $(MAKEFILE_LIST)

reproduce: $(INSTALLED) ## Check every claim, write paper_checks.md, draw every figure and the report to out/
	@$(BIN)/python -m figures $(ARGS)

test: $(INSTALLED) ## Run the tests, but for the slow ones
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m 'not slow' $(ARGS)

test-slow: $(INSTALLED) ## Run the slow tests: killed processes, a browser, other machines, changed code
	@$(BIN)/python -m pytest -m slow $(ARGS)

mutations: $(INSTALLED) ## Change the code in small ways, and see whether the tests notice each
	@$(BIN)/python -m tests.mutations $(ARGS)

proofs: $(INSTALLED) ## Check every formal proof with coqc; RECORD=1 writes the record and its page
	@$(BIN)/python -m theory.formal $(if $(RECORD),--record) $(ARGS)
	@$(if $(RECORD),$(BIN)/python -m theory.formal --page > docs/formal.md)

lint: $(INSTALLED) ## Check style, types and the repository itself
	@echo '==> ruff check'
	@$(BIN)/ruff check
	@echo '==> ruff format'
	@$(BIN)/ruff format --check
	@echo '==> mypy'
	@$(BIN)/mypy
	@echo '==> repo-review'
	@$(BIN)/sp-repo-review --show err .

figures: $(INSTALLED) ## Draw every figure to out/
	@$(BIN)/python -m figures draw $(ARGS)

ledger: $(INSTALLED) ## Check every claim and write paper_checks.md and docs/claims
	@$(BIN)/python -m figures ledger $(ARGS)

bench: $(INSTALLED) ## Run the benchmarks, one after the other
	@set -e; for script in $(wildcard benchmarks/[a-z]*.py); do \
	  echo "==> $$script"; $(BIN)/python "$$script"; \
	done

docs: $(DOCS_INSTALLED) ## Build the documentation to out/docs/
	@$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -b html docs out/docs
	@echo '==> out/docs/index.html'

clean: ## Remove the environment, the caches and everything drawn
	@rm -rf $(VENV) out build dist docs/api docs/gallery .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -path ./.git -prune -o -name __pycache__ -prune -exec rm -rf {} +

$(VENV): $(INSTALLED) ## Make the environment (every other target does so when it has to)

# The stamp is written last: an installation that was cut short is taken up again.
$(INSTALLED): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
	  echo 'make: no "$(PYTHON)" here; name a Python 3.11 or newer: make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "make: $(PYTHON) is Python $$($(PYTHON) $(VERSION)), and this needs 3.11 or newer:" \
	    'make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'make: $(PYTHON) comes without venv and ensurepip (on Debian and Ubuntu: apt install' \
	    "python$$($(PYTHON) -c 'import sys; print(*sys.version_info[:2], sep=".")')-venv)" >&2; exit 1; }
	@echo "==> $(VENV): Python $$($(PYTHON) $(VERSION)) from $(PYTHON)"
	@[ "$$($(BIN)/python $(VERSION) 2>/dev/null)" = "$$($(PYTHON) $(VERSION))" ] \
	  || $(PYTHON) -m venv --clear $(VENV)
	@echo '==> $(VENV): local-mixup, its dependencies and the development tools (takes a minute or two)'
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install --group dev --editable .
	@touch $@

$(DOCS_INSTALLED): $(INSTALLED)
	@echo '==> $(VENV): the documentation tools'
	@$(PIP) install --group docs
	@touch $@
