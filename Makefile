# Two commands: `make boot` sets everything up and boots a machine on the practice network;
# `make test` sets everything up and passes the tests, live ones included.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SERVERS := $(CURDIR)/$(VENV)/servers

.PHONY: boot test lint types live browser unit docs bench clean

boot: $(VENV)/installed
	$(BIN)/pxeclient boot --profile vmware-e1000e

test: $(VENV)/tests-installed servers chromium lint types
	PATH="$$PATH:/usr/sbin:/sbin:$(SERVERS)/usr/sbin" $(BIN)/python -m pytest

lint: $(VENV)/tests-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/tests-installed
	$(BIN)/mypy

unit: $(VENV)/tests-installed
	$(BIN)/python -m pytest -m "not live and not browser"

live: $(VENV)/tests-installed servers
	PATH="$$PATH:/usr/sbin:/sbin:$(SERVERS)/usr/sbin" $(BIN)/python -m pytest -m live

browser: $(VENV)/tests-installed chromium
	$(BIN)/python -m pytest -m browser

# What programs write in README.md and docs/; docs/peers.md, which takes real servers, only by name.
docs: $(VENV)/tests-installed
	$(BIN)/python -m tools.docs write

bench: $(VENV)/installed
	$(BIN)/python benchmarks/codec.py
	$(BIN)/python benchmarks/boots.py

.PHONY: servers chromium
chromium:
	sh tests/browser/install-chromium.sh

servers: $(VENV)/made
	sh tests/live/install-servers.sh $(SERVERS)

$(VENV)/made:
	sh tests/make-venv.sh $(PYTHON) $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made pyproject.toml
	$(BIN)/pip install -q -e .
	@touch $@

$(VENV)/tests-installed: $(VENV)/made pyproject.toml
	$(BIN)/pip install -q -e ".[test]"
	@touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
