# Each target sets up the environment by itself, once; it is made anew when
# requirements, Python or the folder change, and when an earlier try broke off.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
IDENTITY := $(shell $(PYTHON) -c 'import hashlib, pathlib, sys; print(hashlib.sha256(b"".join(pathlib.Path(f).read_bytes() for f in ("requirements.txt", "pyproject.toml")) + sys.version.encode() + str(pathlib.Path().resolve()).encode()).hexdigest()[:16])')
COMPLETE := $(VENV)/complete-$(IDENTITY)
# The benchmarks' peers lie on top of .venv, so that kerasae is measured in its own
# environment and the peers' packages can neither change nor fill it.
BENCH_VENV := .venv-bench
BENCH_COMPLETE := $(BENCH_VENV)/complete-$(IDENTITY)

# Runs models in the page of kerasae.play; without it, and so without a network, the rest works.
LITERT_JS := kerasae/playground/vendor/integrity.txt

.PHONY: setup demo test docs torture bench lint pins clean

setup: $(COMPLETE) $(LITERT_JS)

# The file is written last, so an environment that has it is whole.
$(COMPLETE):
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "kerasae needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Another one: make PYTHON=python3.12 …")'
	@echo "setting up $(VENV) (once, about a minute)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(LITERT_JS): kerasae/playground/litert_js.py | $(COMPLETE)
	-@$(PY) -m kerasae.playground.litert_js

demo: setup
	@$(PY) -m kerasae.demo

# Two at a time, a file to a process: a test is mostly one thread of Python. The order is the
# one of tests/conftest.py.
test: lint
	$(PY) -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder

# Any warning is an error: a name that a page means and nobody has, a docstring that can't be read.
docs: setup
	@$(PY) -m sphinx -W --keep-going -q docs build/docs
	@echo "build/docs/index.html"

# Breaks what can break, for up to 20 minutes; BUILD.md has the table.
torture: setup
	@$(PY) -m torture

bench: $(BENCH_COMPLETE)
	@$(BENCH_VENV)/bin/python -m benchmarks

$(BENCH_COMPLETE): $(COMPLETE) benchmarks/requirements.txt
	@echo "setting up $(BENCH_VENV) (once)"
	@$(PYTHON) -m venv --clear --without-pip $(BENCH_VENV)
	@$(PY) -c 'import pathlib, sysconfig; next(pathlib.Path("$(BENCH_VENV)").glob("lib/python*/site-packages")).joinpath("kerasae.pth").write_text(sysconfig.get_path("purelib"))'
	@$(PY) -m pip --python $(BENCH_VENV)/bin/python install --quiet --retries 1 --disable-pip-version-check --requirement benchmarks/requirements.txt
	@touch $@

lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

clean:
	rm -rf $(VENV) $(BENCH_VENV) .pytest_cache .ruff_cache

# After a change of dependencies in pyproject.toml: resolves them anew and pins the result.
pins:
	$(PYTHON) -m venv --clear build/pins
	build/pins/bin/python -m pip install --quiet --disable-pip-version-check ".[dev,docs,onnx,micro,ray]" $$($(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"])')
	build/pins/bin/python -m pip uninstall --quiet --yes kerasae
	{ echo '# Every package of the environment, pinned: made by `make pins` from pyproject.toml.'; \
	  build/pins/bin/python -m pip freeze --all | grep -v '^pip=='; } > requirements.txt
	rm -rf build
