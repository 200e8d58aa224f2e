# Two commands on a fresh machine: `make demo` and `make test`. Nothing is needed but Python 3.11+ with venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test bench bench-ten-million fuzz verify canary lint docs clean frontend

demo: $(VENV)/installed
	$(BIN)/spatial demo --out out/demo

test: $(VENV)/tested
	$(BIN)/python scripts/test.py

bench: $(VENV)/tested
	$(PIP) install --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m tests.benchmarks.bench_allocation
	$(BIN)/python -m tests.benchmarks.bench_zones
	$(BIN)/python -m tests.benchmarks.bench_read
	$(BIN)/python -m tests.benchmarks.bench_zonal
	$(BIN)/python -m tests.benchmarks.bench_ledger
	$(BIN)/python -m tests.benchmarks.bench_map
	$(BIN)/python -m tests.benchmarks.bench_sheets
	$(BIN)/python -m tests.benchmarks.bench_indicators

# Ten million generated parcels through `spatial run --engine dask`, all processes together within 8 GiB; PARCELS=1000000 for a tenth.
PARCELS ?= 10000000
bench-ten-million: $(VENV)/tested
	$(BIN)/python -m tests.benchmarks.bench_many_parcels --parcels $(PARCELS)

fuzz: $(VENV)/tested
	$(BIN)/python -m tests.corpus.ledgers.mutation 10000
	$(BIN)/python -m tests.corpus.ledgers.combined_run 5000
	$(BIN)/python -m tests.corpus.ledgers.combined_broken 500
	$(BIN)/python -m tests.corpus.mutation 10000
	$(BIN)/python -m tests.corpus.combined 2000
	$(BIN)/python -m tests.raster.mutation 10000
	$(BIN)/python -m tests.corpus.command_line 20
	$(PIP) install --constraint constraints.txt atheris
	$(BIN)/python -m tests.corpus.guided 100000

verify: $(VENV)/tested
	$(PIP) install --constraint constraints.txt sedonadb geoarrow-pyarrow
	$(BIN)/python -m pytest -n 2 --dist load -rs -m verify

# The suite, the demo and the corpus in a network of their own in which every address answers, and every file that the demo and the corpus open.
canary: $(VENV)/tested
	$(BIN)/python scripts/canary.py $(BIN)/python -m pytest -n 2 --dist loadfile --deselect tests/packaging/test_wheel.py
	$(BIN)/python scripts/canary.py $(BIN)/python -m tests.corpus.opened

lint: $(VENV)/tested
	$(BIN)/ruff check spatial tests scripts
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/tested frontend
	$(BIN)/python scripts/docs.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet
	@echo site/index.html

frontend: $(VENV)/installed
	$(BIN)/python hatch_build.py

# An editable install builds the browser part from its npm packages; it is renewed when any of its sources change.
FRONT := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt hatch_build.py spatial/__init__.py $(FRONT) | $(VENV)/bin/python
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/tested: pyproject.toml constraints.txt hatch_build.py spatial/__init__.py $(FRONT) | $(VENV)/bin/python
	$(PIP) install --no-compile --constraint constraints.txt --editable '.[test]'
	@touch $(VENV)/installed $@

clean:
	rm -rf $(VENV) out build dist frontend/node_modules spatial/render/assets
