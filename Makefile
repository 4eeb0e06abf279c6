# make run: install and start the app.  make test: install and run everything.  make test-quick: what needs no browser and no TensorFlow.
# make bench: the benchmarks.
# Both need Python 3.11 or newer with venv, and the package index; make test also a Chromium (found or installed by itself).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test test-quick lint bench screenshots browser clean

run: $(VENV)/app.done
	$(BIN)/python app.py

test: $(VENV)/dev.done browser lint
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder --durations=25

test-quick: $(VENV)/dev.done ## no browser, no TensorFlow, nothing marked slow
	$(BIN)/python -m pytest --ignore tests/e2e --ignore tests/engine --ignore tests/assets/inside/bench -m "not slow"

lint: $(VENV)/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy app.py pages playground
	$(BIN)/deno check --quiet --no-remote assets tests/assets
	$(BIN)/deno lint --quiet assets tests/assets

bench: $(VENV)/dev.done browser
	$(BIN)/python -m bench.steps
	$(BIN)/python -m bench.mnist_lenet
	$(BIN)/python -m bench.latency
	$(BIN)/python -m bench.insight
	$(BIN)/python -m bench.playground2d
	$(BIN)/python -m bench.memory

screenshots: $(VENV)/dev.done browser
	$(BIN)/python docs/screenshots.py

browser: $(VENV)/dev.done
	@$(BIN)/python -m tests.browser

$(VENV)/app.done: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/dev.done: $(VENV)/app.done requirements-cluster.txt requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis
