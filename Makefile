# On a fresh machine: `make report` makes .venv from requirements.lock, cleans, renders, and says where to look.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.made

.PHONY: report test test-slow lint lab bench reference images codebook lock clean-all

report: $(STAMP)
	@$(BIN)/ketnap clean
	@$(BIN)/ketnap report --all

test: $(STAMP)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

# What takes minutes: runs killed at a hundred random moments and more, a Dask cluster, every page seen by axe.
test-slow: $(STAMP)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m slow

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lab: $(STAMP)
	@$(BIN)/jupyter lab --notebook-dir notebooks

bench: $(STAMP)
	@$(BIN)/python -m bench.bench

# Golden files of other software anew; needs R (Debian: apt-get install r-base-core r-cran-sandwich r-cran-lme4
# r-cran-metafor r-cran-pscl r-cran-survival r-cran-mass). The tests read the files and need no R.
reference:
	@command -v Rscript >/dev/null || { echo "make reference needs R: see the Makefile"; exit 1; }
	@for script in tests/reference/*.R; do echo $$script; Rscript $$script || exit 1; done

# docs/coverage.md anew: how often the models' intervals hold a known truth; about half an hour.
coverage-bench: $(STAMP)
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.coverage

# Pictures that the README shows, from a real run; needs Chromium (Debian: apt-get install chromium).
images: report
	@$(BIN)/python docs/images/make.py

# docs/codebook.md anew, from the contracts and the code tables.
codebook: $(STAMP)
	@$(BIN)/python tools/codebook.py

# requirements.lock and environment.yml anew, from pyproject.toml.
lock: $(STAMP)
	@$(BIN)/python tools/lock.py

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ketnap needs Python 3.11 or later, this is " + sys.version.split()[0] + "; say which: make PYTHON=python3.12 report")'
	@echo "making .venv from requirements.lock (a minute or two, 1.5 GB)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

clean-all:
	rm -rf .venv data/processed reports
