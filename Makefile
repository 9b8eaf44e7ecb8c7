# Each target installs what it needs into .venv: with uv if it is there, else with venv and pip.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m

.DEFAULT_GOAL := help
.PHONY: help lab course claims bench test check data notebooks colab record verify-records soak

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16
	@echo
	@echo "Environment: COURSE_PROFILE=sample|full  COURSE_EPOCHS=N  COURSE_DATA=FOLDER  COURSE_MIRROR=URL|FOLDER"

lab: .venv/learner  ## open JupyterLab on the list of lessons
	$(RUN) jupyterlab notebooks/00_lessons.ipynb

course: .venv/learner  ## run every lesson without a browser; LESSONS="01 03" runs some
	$(RUN) data_scripts.run_course --lessons $(LESSONS)

claims: .venv/learner  ## measure the claims that rest on a training; SEEDS="0 1 2", LESSONS="02 03"
	$(RUN) data_scripts.run_course --seeds $(or $(SEEDS),0 1 2) --lessons $(LESSONS)

bench: .venv/learner  ## race the augmentation against ImageDataGenerator, at most 15 minutes; PHOTOS=FOLDER
	$(RUN) data_scripts.benchmark_augmentation $(if $(PHOTOS),--photos $(PHOTOS))

data: .venv/learner  ## download the real photos (about 1.3 GB)
	$(RUN) data_scripts.fetch_data

record: .venv/learner  ## record the trainings of notebooks/reference/runs.toml; --status in STATUS=1
	$(RUN) data_scripts.record $(if $(STATUS),--status)

verify-records: .venv/learner  ## train two epochs of every record again, and compare
	$(RUN) data_scripts.record --verify

# Three processes keep two cores busy, for a notebook waits now and then; each computes with one thread.
test check: export COURSE_PROGRESS = off
test check: export TF_NUM_INTRAOP_THREADS = 1
test check: export OMP_NUM_THREADS = 1
test: .venv/developer  ## run every test, and every notebook with nbval
	$(BIN)/ruff check .
	$(RUN) pytest -n 3 --dist loadfile --nbval-lax --nbval-cell-timeout=1800 notebooks tests

check: .venv/developer  ## lint, and the tests that take no training and no browser: for every save
	$(BIN)/ruff check .
	$(RUN) pytest -q -n 3 --dist loadfile -m "not slow" tests

soak: .venv/developer  ## kill trainings of every kind twenty times each, and compare their ends
	$(RUN) tests.soak.kill

notebooks: .venv/developer  ## make the notebooks from their twins in notebooks/paired
	$(RUN) data_scripts.build_notebooks $(LESSONS)

# Stamps, so that nothing is installed twice.
.venv/learner: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "The course needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...")'
	@if command -v uv >/dev/null; then test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) .venv; uv pip install --quiet --python $(BIN)/python -r requirements.txt; \
	else test -x $(BIN)/python || $(PYTHON) -m venv .venv; $(RUN) pip install --quiet --disable-pip-version-check -r requirements.txt; fi
	@touch $@

.venv/developer: .venv/learner tests/requirements.txt
	@if command -v uv >/dev/null; then uv pip install --quiet --python $(BIN)/python -r tests/requirements.txt; \
	else $(RUN) pip install --quiet --disable-pip-version-check -r tests/requirements.txt; fi
	@touch $@

colab: export COURSE_PROGRESS = off
colab: .venv/colab/ready  ## run the unit tests and every notebook with Colab's versions
	.venv/colab/bin/python -m pytest -q tests --ignore=tests/browser
	.venv/colab/bin/python tests/colab/run_all.py $(LESSONS)

.venv/colab/ready: .venv/learner tests/colab/requirements.txt
	@if command -v uv >/dev/null; then uv venv --quiet --clear --python $(PYTHON) .venv/colab; uv pip install --quiet --python .venv/colab/bin/python -r tests/colab/requirements.txt; \
	else $(PYTHON) -m venv .venv/colab; .venv/colab/bin/python -m pip install --quiet --disable-pip-version-check -r tests/colab/requirements.txt; fi
	@touch $@
