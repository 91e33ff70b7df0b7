# The commands of the README. Everything they need, they install: Python packages in .venv, npm packages in web/.

PYTHON ?= python3
PAGE := graphql_api/page/index.html
PUBLISHED := $(or $(SUMMIT_PUBLISHED),../shared/data/summit-published)
GRAPHS := $(if $(IMAGES),,$(shell ls -d "$(PUBLISHED)/ag" "$(PUBLISHED)/data/ag" 2>/dev/null))

.PHONY: node setup setup-ingest wheel demo test faults check browser proxy bench networks schema docs clean

setup: $(if $(wildcard $(PAGE)),,node) .venv/.installed $(PAGE)  ## the `summit` command and the built page

node:  ## is there what builds the page? Asked before anything is installed
	@node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' \
		&& command -v npm > /dev/null || { echo 'Node.js 20.19 or later with npm is needed on PATH, to build the page' >&2; exit 1; }

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or later is needed; name one with PYTHON=")'
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --progress-bar off -c constraints.txt -e .
	touch $@

.venv/.installed-dev: .venv/.installed
	.venv/bin/python -m pip install --quiet --progress-bar off -c constraints.txt -e .[dev]
	touch $@

.venv/.installed-ingest: .venv/.installed
	@echo 'installing PyTorch to count pictures with, once: some gigabytes and minutes more than the published graphs need'
	.venv/bin/python -m pip install --quiet --progress-bar off -c constraints.txt -e .[ingest]
	touch $@

setup-ingest: .venv/.installed-ingest  ## PyTorch, to count your own networks and images

wheel: setup  ## dist/summit_graph-*.whl, with the built page inside
	rm -rf build dist
	.venv/bin/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	@ls dist/*.whl

web/node_modules/.installed: web/.npmrc web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	touch $@

$(PAGE): web/node_modules/.installed $(shell find web -path web/node_modules -prune -o -type f -print)
	cd web && npm run --silent build
	touch $@

demo: setup $(if $(GRAPHS),,.venv/.installed-ingest)  ## load the available data (IMAGES=folder: count those), serve it
	.venv/bin/summit demo --published "$(PUBLISHED)" $(if $(IMAGES),--images "$(IMAGES)")

browser:  ## Chromium for the browser tests, from Debian's packages where there is none
	@.venv/bin/python -m tests.e2e.chromium

proxy:  ## nginx for the test that has one in front, where there is none; where it cannot be installed, that is skipped
	@.venv/bin/python -m tests.nginx || true

check: .venv/.installed-dev web/node_modules/.installed  ## lint and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	cd web && npm run --silent check

test: setup .venv/.installed-dev check browser proxy  ## everything: lint, types, unit, both engines, API, browser
	cd web && npm test --silent
	.venv/bin/pytest --numprocesses 2 --durations 25

faults: setup .venv/.installed-dev  ## the fault tests: a hundred kills at random moments, a thousand random documents
	SUMMIT_FAULTS=$(or $(SUMMIT_FAULTS),100) .venv/bin/pytest tests/faults tests/graphql_api/requests

schema: .venv/.installed  ## print the GraphQL schema to graphql_api/schema.graphql
	.venv/bin/python -m graphql_api.print_schema > graphql_api/schema.graphql.new
	mv graphql_api/schema.graphql.new graphql_api/schema.graphql

docs: .venv/.installed-dev  ## docs/queries.md, from a database made for it with the published graphs and the tests' sample
	.venv/bin/python -m tests.print_reference > docs/queries.md.new
	mv docs/queries.md.new docs/queries.md

bench: setup .venv/.installed-dev  ## what docs/measurements.md reports
	.venv/bin/python -m bench.api
	.venv/bin/python -m bench.queries
	.venv/bin/python -m bench.motifs
	.venv/bin/python -m bench.pagerank
	.venv/bin/python -m bench.load
	.venv/bin/python -m bench.embedding
	.venv/bin/python -m bench.frames
	OMP_NUM_THREADS=1 .venv/bin/python -m bench.influence

networks: .venv/.installed-dev  ## docs/networks.md, from one network of each family; half an hour
	OMP_NUM_THREADS=1 .venv/bin/python -m bench.networks > docs/networks.md.new
	mv docs/networks.md.new docs/networks.md

clean:  ## remove what the above made, except data
	rm -rf .venv web/node_modules graphql_api/page build dist
