# The commands of the README. Everything they need, they install: Python packages in .venv, npm packages in web/.

PYTHON ?= python3
PAGE := graphql_api/page/index.html
PUBLISHED := $(or $(SUMMIT_PUBLISHED),../shared/data/summit-published)
GRAPHS := $(if $(IMAGES),,$(shell ls -d "$(PUBLISHED)/ag" "$(PUBLISHED)/data/ag" 2>/dev/null))

INSTALL := .venv/bin/python -m pip install --quiet --progress-bar off --require-hashes -r

.PHONY: node setup setup-ingest wheel demo test faults soak check browser proxy cookbook bench networks schema docs plugin lock licences clean

setup: $(if $(wildcard $(PAGE)),,node) .venv/.installed $(PAGE)  ## the `summit` command and the built page

node:  ## is there what builds the page? Asked before anything is installed
	@node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' \
		&& command -v npm > /dev/null || { echo 'Node.js 20.19 or later with npm is needed on PATH, to build the page' >&2; exit 1; }

.venv/.installed: pyproject.toml requirements/service.txt queries/engines/plugin/SHA256SUMS
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or later is needed; name one with PYTHON=")'
	$(PYTHON) -m venv .venv
	$(INSTALL) requirements/service.txt
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@.venv/bin/summit db warm || echo 'the database engine has no cache of its classes: it starts more slowly; results are the same'
	touch $@

.venv/.installed-dev: .venv/.installed requirements/dev.txt
	$(INSTALL) requirements/dev.txt
	touch $@

.venv/.installed-ingest: .venv/.installed requirements/ingest.txt
	@echo 'installing PyTorch to count pictures with, once: some gigabytes and minutes more than the published graphs need'
	$(INSTALL) requirements/ingest.txt
	touch $@

setup-ingest: .venv/.installed-ingest  ## PyTorch, to count your own networks and images

wheel: setup  ## dist/summit_graph-*.whl, with the built page inside
	rm -rf build dist
	.venv/bin/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

web/node_modules/.installed: web/.npmrc web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
	touch $@

$(PAGE): web/node_modules/.installed $(shell find web -path web/node_modules -prune -o -type f -print)
	cd web && npm run --silent build
	touch $@

demo: setup $(if $(GRAPHS),,.venv/.installed-ingest)  ## load the available data (IMAGES=folder: count those), serve it
	.venv/bin/summit demo --published "$(PUBLISHED)" $(if $(IMAGES),--images "$(IMAGES)")

browser:  ## Chromium for the browser tests, from Debian's packages where there is none
	@.venv/bin/python -m bench.testbed.chromium

proxy:  ## nginx for the test that has one in front, where there is none; where it cannot be installed, that is skipped
	@.venv/bin/python -m tests.nginx || true

tests/cookbook/node_modules/.installed: tests/cookbook/.npmrc tests/cookbook/package-lock.json
	cd tests/cookbook && npm ci --no-update-notifier --loglevel=error
	touch $@

cookbook:  ## what the docs' examples for JavaScript and R import; where it cannot be installed, their tests are skipped
	@$(MAKE) --no-print-directory tests/cookbook/node_modules/.installed || true
	@.venv/bin/python -m tests.cookbook.r || true

check: .venv/.installed-dev web/node_modules/.installed  ## lint and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	cd web && npm run --silent check

test: setup .venv/.installed-dev check browser proxy cookbook  ## everything: lint, types, unit, both engines, API, browser
	cd web && npm test --silent
	.venv/bin/pytest --numprocesses 2 --max-worker-restart 0 --timeout 900 --durations 25

faults: setup .venv/.installed-dev  ## the fault tests: a hundred kills at random moments, a thousand random documents
	SUMMIT_FAULTS=$(or $(SUMMIT_FAULTS),100) .venv/bin/pytest tests/faults tests/graphql_api/requests tests/test_load.py

soak: setup .venv/.installed-dev  ## 32 clients for ten minutes (SECONDS=60 for one): no failure, flat memory
	.venv/bin/python -m bench.soak --seconds $(or $(SECONDS),600)

schema: .venv/.installed  ## print the GraphQL schema to graphql_api/schema.graphql
	.venv/bin/python -m graphql_api.print_schema > graphql_api/schema.graphql.new
	mv graphql_api/schema.graphql.new graphql_api/schema.graphql

docs: .venv/.installed-dev  ## docs/queries.md, from a database made for it with the published graphs and a sample
	.venv/bin/python -m bench.print_reference > docs/queries.md.new
	mv docs/queries.md.new docs/queries.md

plugin: .venv/.installed-dev  ## the embedded engine's procedures, from their Java source (needs mvn)
	.venv/bin/python -m tests.build_plugin

lock:  ## requirements/ with the hashes of every file, from pyproject.toml and the versions in constraints.txt
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --progress-bar off uv==0.13.9
	for part in service ingest dev; do \
		printf '%s\n' 'setuptools>=80' | build/lock/bin/uv pip compile --quiet pyproject.toml - --constraint constraints.txt \
			$$([ $$part = service ] || echo --extra $$part) --universal --python-version 3.11 --generate-hashes \
			--no-annotate --no-header --output-file requirements/$$part.txt || exit 1; \
	done

licences: .venv/.installed-dev  ## docs/licences.md, from what is installed and locked
	.venv/bin/python -m tests.print_licences > docs/licences.md.new
	mv docs/licences.md.new docs/licences.md

bench: setup .venv/.installed-dev  ## what docs/measurements.md reports
	.venv/bin/python -m bench.api
	.venv/bin/python -m bench.client
	.venv/bin/python -m bench.queries
	.venv/bin/python -m bench.motifs
	.venv/bin/python -m bench.pagerank
	.venv/bin/python -m bench.extract
	.venv/bin/python -m bench.load
	.venv/bin/python -m bench.start
	.venv/bin/python -m bench.maps.embedding
	.venv/bin/python -m bench.maps.frames
	OMP_NUM_THREADS=1 .venv/bin/python -m bench.counting.influence
	OMP_NUM_THREADS=1 .venv/bin/python -m bench.ingest
	.venv/bin/python -m bench.demo

networks: .venv/.installed-dev  ## docs/networks.md, from one network of each family; half an hour
	OMP_NUM_THREADS=1 .venv/bin/python -m bench.counting.networks > docs/networks.md.new
	mv docs/networks.md.new docs/networks.md

clean:  ## remove what the above made, except data
	rm -rf .venv web/node_modules tests/cookbook/node_modules graphql_api/page build dist
