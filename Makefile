# The two first commands are `make demo` and `make test`; each sets up what it needs.
.DELETE_ON_ERROR:
.PHONY: demo test quick quick-tests lint docs unit rig-test rig-cards rig-visits rig-paper rig bench gallery legibility pictures soak stability fuzz mutate lock clean ready ready-test ready-bench

PYTHON := .venv/bin/python
STATION := .venv/bin/station

demo: ready
	$(STATION) demo

ready:
	@deploy/set-up run

ready-test:
	@deploy/set-up test

ready-bench:
	@deploy/set-up bench

test: lint unit rig-test

# The check after each change, in less than a minute on two cores: lint, types, and the tests that
# need no window and no process. The tests decide by their marks (tests/quick.py).
quick: ready-test
	@$(MAKE) --no-print-directory -j2 --output-sync=target lint quick-tests

quick-tests: ready-test
	$(PYTHON) -m pytest -q --quick -n 2

lint: ready-test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy
	$(PYTHON) -m docs.generate --check

# The tables that the code declares: docs/reference and the sample configuration.
docs: ready-test
	$(PYTHON) -m docs.generate

# Everything that needs no daemon, in parallel.
unit: ready-test
	$(PYTHON) -m pytest -q -n auto -m "not rig"

# The real stacks, each set in namespaces of its own, side by side.
rig-test: ready-test
	@$(MAKE) --no-print-directory -j3 --output-sync=target rig-cards rig-visits rig-paper

rig-cards:
	tests/rig/enter $(PYTHON) -m pytest -q -m rig tests/devices

rig-visits:
	tests/rig/enter $(PYTHON) -m pytest -q -m rig tests/journey

rig-paper:
	tests/rig/enter $(PYTHON) -m pytest -q -m rig tests/printing tests/terminal tests/ui

# The real stack, left running to play with, until Ctrl-C.
rig: ready-test
	tests/rig/enter $(PYTHON) -m tests.rig

bench: ready-bench
	$(PYTHON) -m benchmarks

gallery: ready
	$(STATION) gallery --out gallery

# How much of each page weak eyes can read, by mode and theme.
legibility: ready-bench
	$(STATION) gallery --out gallery/legibility --screen portrait-21 --screen landscape-15
	$(PYTHON) -m benchmarks.legibility gallery/legibility

# The pictures in the READMEs and the documentation.
pictures: ready-test
	$(PYTHON) docs/pictures/take.py

# Long, not minutes; `make test` has a short form of each part.
soak: ready-test
	tests/rig/enter $(PYTHON) -m tests.devices.soak
	tests/rig/enter $(PYTHON) -m tests.printing.soak

# Hours: the tests that depend on timing, again and again beside a busy load, and all under nohup.
stability: ready-test
	$(PYTHON) -m tests.stability

fuzz: ready-test
	tests/rig/enter $(PYTHON) -m tests.devices.fuzz

# One changed line of the product at a time: do the tests notice? About 25 minutes.
mutate: ready-test
	$(PYTHON) -m tests.mutations

lock:
	.venv/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --no-annotate --extra dev --python-version 3.11 pyproject.toml -o requirements.lock
	.venv/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --no-annotate --extra bench --constraints requirements.lock --python-version 3.11 pyproject.toml -o requirements-bench.lock

clean:
	rm -rf .venv build demo-output gallery
