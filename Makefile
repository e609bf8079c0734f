# Two commands: `make boot` sets everything up and boots a machine on the practice network;
# `make test` sets everything up and passes the tests, live ones included.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SERVERS := $(VENV)/servers
LOADERS := $(VENV)/loaders

# Tests start hundreds of processes: what they import is compiled once, and not into the tree.
# Where standard input is closed, the workers' pipes would take its number.
PYTEST := </dev/null PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX="$$PWD/$(VENV)/pycache" \
	PATH="$$PATH:/usr/sbin:/sbin:$$PWD/$(SERVERS)/usr/sbin" $(BIN)/python -m pytest
UNIT := -m "not live and not browser" -n auto --maxprocesses 8
# Live tests wait more than they compute, each in networks of its own: three at a time anywhere.
LIVE := -n 3 --dist worksteal

.PHONY: boot test lint types live browser unit thorough docs site man bench dist parts clean

boot: $(VENV)/installed
	$(BIN)/pxeclient boot --profile vmware-e1000e
	@printf '%s\n' '' "The command is $$PWD/$(BIN)/pxeclient. On a real wire it takes rights:" \
	    "  sudo $$PWD/$(BIN)/pxeclient boot -p vmware-e1000e -i eth1" \
	    "As pxeclient, in your PATH: uv tool install . or pipx install . (then: sudo \$$(which pxeclient))"

test: $(VENV)/tests-installed servers loaders chromium lint types
	$(PYTEST) $(UNIT); unit=$$?; $(PYTEST) -m "live or browser" $(LIVE) && exit $$unit

lint: $(VENV)/tests-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/tests-installed
	$(BIN)/python -m mypy

unit: $(VENV)/tests-installed loaders
	$(PYTEST) $(UNIT)

thorough: $(VENV)/tests-installed loaders
	HYPOTHESIS_PROFILE=thorough $(PYTEST) $(UNIT)

live: $(VENV)/tests-installed servers
	$(PYTEST) -m live $(LIVE)

browser: $(VENV)/tests-installed chromium
	$(PYTEST) -m browser

# What programs write in README.md and docs/; docs/reference/peers.md, which takes real servers, only by name.
docs: $(VENV)/tests-installed
	$(BIN)/python -m tools.docs write

# Web pages of the documentation, in build/site: open index.html; and pages of the manual.
site: $(VENV)/docs-installed
	$(BIN)/python -m tools.site

man: $(VENV)/installed
	$(BIN)/python -m tools.man

bench: $(VENV)/tests-installed
	$(BIN)/python benchmarks/codec.py
	$(BIN)/python benchmarks/boots.py
	$(BIN)/python benchmarks/blocks.py
	$(BIN)/python benchmarks/captures.py

# What a release is made of, in dist/; and each part tried on a fresh Debian 12 (as root).
dist: parts
	$(BIN)/python -m tools.release try

parts: $(VENV)/dist-installed
	$(BIN)/python -m tools.release build

.PHONY: servers chromium loaders
chromium:
	sh tests/browser/install-chromium.sh

servers: $(VENV)/made
	sh tests/live/install-servers.sh $(SERVERS)

loaders: $(VENV)/made
	sh tests/nbp/install-loaders.sh $(LOADERS)

$(VENV)/made:
	sh tests/make-venv.sh $(PYTHON) $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made pyproject.toml
	$(BIN)/python -m pip install -q -e .
	@touch $@

$(VENV)/tests-installed: $(VENV)/made pyproject.toml
	$(BIN)/python -m pip install -q -e ".[test,docs]"
	@touch $@ $(VENV)/installed

$(VENV)/docs-installed: $(VENV)/made pyproject.toml
	$(BIN)/python -m pip install -q -e ".[docs]"
	@touch $@

$(VENV)/dist-installed: $(VENV)/made pyproject.toml
	$(BIN)/python -m pip install -q -e ".[dist,docs]"
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
