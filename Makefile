# make demo: the whole workflow on a simulated study area; make test: all tests.
# Both make .venv and install what is pinned on first use.

PYTHON ?= python3.11
CORES ?= $(shell nproc)
VENV := .venv
# Where bench-full works; its study area (0.6 GB) is kept there between runs.
FULL := resources/bench_full
# Where demo-interferometry works.
STACK := resources/demo_interferometry
# Where demo-update works, and what it makes of each release.
UPDATE := resources/demo_update
UPDATED := results/candidates/history.parquet results/change/bulletin.html
BIN := $(VENV)/bin
# uv is faster where it is there; pip does the same.
UV := $(shell command -v uv 2>/dev/null)
# Long tests that are no pytest: they use helpers of the workflow tests.
HARNESS := PYTHONPATH=tests/workflow:workflow/rules:workflow/scripts $(BIN)/python tests
INSTALL := $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet)

.PHONY: experiment-background experiment-candidates benchmark-learning lock locked lint format clean
.PHONY: help demo demo-interferometry demo-update report tidy test test-fuzz test-faults test-faults-part test-updates audit test-environments test-browser test-qgis mutants bench bench-full bench-scale
.DELETE_ON_ERROR:

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 24

demo: $(VENV)/.installed  ## the whole workflow on the demo area, then results/report.html
	$(BIN)/snakemake --cores $(CORES) --show-failed-logs
	$(MAKE) --no-print-directory report
	@echo "Look at results/report.html, results/maps/figures/ and results/maps/potential_landslides.gpkg"

demo-interferometry: $(VENV)/.installed  ## from unwrapped interferograms to candidates, simulated; compared with the truth
	$(BIN)/snakemake --directory $(STACK) --configfile config/interferometry.yaml --cores $(CORES) --show-failed-logs
	$(BIN)/python tests/benchmarks/score_interferometry.py $(STACK)

demo-update: $(VENV)/.installed  ## three releases of a simulated area, one after the other, and what has changed
	set -e; for release in 1 2 3; do \
	    $(BIN)/snakemake $(UPDATED) --directory $(UPDATE) --cores $(CORES) --show-failed-logs \
	        --configfile config/update/area.yaml config/update/release_$$release.yaml; \
	    rm -rf $(UPDATE)/results_$$release; cp -a $(UPDATE)/results $(UPDATE)/results_$$release; \
	done
	@echo "Look at $(UPDATE)/results_1 to results_3: change/bulletin.html (also .pdf, .json), candidates/history.parquet"

report: $(VENV)/.installed  ## results/report.html of the finished run; of your own: CONFIG=my.yaml
	$(BIN)/snakemake --report results/report.html $(if $(CONFIG),--configfile $(CONFIG))
	@cat results/summary.txt

tidy: $(VENV)/.installed  ## move what earlier runs left in results/ to results/outdated/
	$(BIN)/python workflow/tidy_results.py

test: $(VENV)/.installed-dev  ## every test but the next (those that need what is not here say so)
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not environments and not browser and not qgis"

test-fuzz: $(VENV)/.installed-dev  ## every reader of points on damaged files (half an hour)
	HOTSLOPE_FUZZ_TEXT=20000 HOTSLOPE_FUZZ_BINARY=2000 $(BIN)/python -m pytest -n 2 tests/unit/test_points_fuzz.py

test-environments: $(VENV)/.installed-dev  ## the rules in environments made from envs/ (4 GB of disk meanwhile)
	$(BIN)/python -m pytest -m environments tests/workflow

test-browser: $(VENV)/.installed-dev  ## the web map in the installed Chromium (Debian: apt install chromium)
	$(BIN)/python -m pytest -m browser tests/browser

test-qgis: $(VENV)/.installed-dev  ## the QGIS project in the installed QGIS (Debian: apt install python3-qgis)
	$(BIN)/python -m pytest -m qgis tests/qgis

test-faults: $(VENV)/.installed-dev  ## kills, full disks, every key, thirty changes and back (8 hours; goes on where it was stopped)
	$(HARNESS)/faults/run_kills.py --kills $(or $(KILLS),60)
	$(HARNESS)/faults/run_keys.py
	$(HARNESS)/faults/run_sequence.py

test-faults-part: $(VENV)/.installed-dev  ## a part of the keys, drawn by SEED (at most 6 minutes)
	$(HARNESS)/faults/run_keys.py --folder results/faults_part --minutes 3 --areas "given table" "table of points" $(if $(SEED),--seed $(SEED))

audit: $(VENV)/.installed-dev  ## pins against a checkout of github.com/pypa/advisory-database: ADVISORIES=folder
	$(BIN)/python tests/audit/audit_dependencies.py $(ADVISORIES)

test-updates: $(VENV)/.installed-dev  ## 30 updates of a small area, then a fresh run beside the last (an hour; fewer: UPDATES=4)
	$(HARNESS)/updates/run_updates.py --updates $(or $(UPDATES),30)

mutants: $(VENV)/.installed-dev  ## how many deliberate faults the tests notice, of 400 (hours; goes on where it was stopped)
	$(BIN)/python tests/mutants/run_mutants.py

bench: $(VENV)/.installed-dev  ## import of points and kernels of motion beside their peers, at the published size
	$(BIN)/python tests/benchmarks/bench_import.py
	$(BIN)/python tests/benchmarks/bench_kernels.py

bench-full: $(VENV)/.installed-dev  ## the whole workflow at the size of the published area, then with another radius
	$(BIN)/python tests/benchmarks/bench_full.py --cores 2 --folder $(FULL)

bench-scale: $(VENV)/.installed-dev  ## motion and candidates of 1, 3 and 10 million points (25 minutes)
	$(BIN)/python tests/benchmarks/bench_scale.py

lock: $(VENV)/bin/python  ## requirements.lock: all packages but torch, with hashes (needs uv)
	(sed -n '/^#/p;/^#/!q' requirements.lock; grep -v '^torch==' requirements.txt | uv pip compile - --quiet --generate-hashes --universal \
	    --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	    | sed -E "s/ (;|and) \(?\(platform_machine == 'arm64' and sys_platform == 'darwin'\) or sys_platform == 'linux' or sys_platform == 'win32'\)?//") > requirements.lock.new
	mv requirements.lock.new requirements.lock

locked: $(VENV)/bin/python  ## .venv from requirements.lock, hashes checked, then torch
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet "$$(grep '^torch==' requirements.txt)"
	@touch $(VENV)/.installed

lint: $(VENV)/.installed-dev  ## ruff, mypy, vulture (dead code), snakefmt, snakemake --lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/vulture
	$(BIN)/snakefmt --check Snakefile workflow/rules
	$(BIN)/snakemake --lint

format: $(VENV)/.installed-dev  ## ruff and snakefmt, in place
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile workflow/rules

experiment-background: $(VENV)/.installed  ## background removal off and on, on simulated areas (1 minute)
	$(BIN)/python tests/benchmarks/compare_background.py

experiment-candidates: $(VENV)/.installed  ## candidate rules on untouched simulated areas (docs/candidate_experiments.md)
	$(BIN)/python tests/benchmarks/compare_candidates.py

benchmark-learning: $(VENV)/.installed  ## factor tables, folds, ceilings and scorer, and how our models score (docs/benchmark.md)
	$(BIN)/python tests/benchmarks/benchmark_learning.py

clean:  ## results and the demo's inputs, not .venv
	rm -rf results resources/demo .snakemake

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "hotslope needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || [ -n "$(UV)" ] \
		|| { echo "Python lacks venv and pip: on Debian and Ubuntu, apt install python3-venv"; exit 1; }
	$(if $(UV),$(UV) venv --quiet --python $(PYTHON) $(VENV),$(PYTHON) -m venv $(VENV))

$(VENV)/.installed: requirements.txt | $(VENV)/bin/python
	$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(INSTALL) -r requirements-dev.txt
	@touch $@
