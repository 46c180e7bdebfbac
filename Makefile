# Every target does its own set-up: the first one on a new computer makes .venv and installs what it needs.
.DEFAULT_GOAL := help
SHELL := /bin/sh

IN_LOCAL := @python3 groupbuy/local/bootstrap.py local
IN_DEV := @python3 groupbuy/local/bootstrap.py dev
PIP_COMPILE := .venv-lock/bin/uv pip compile pyproject.toml --quiet --universal --no-emit-index-url --no-header \
	--no-annotate --generate-hashes --python-version 3.11

.PHONY: help run dev test check bench bench-large faults demo screenshots messages lock clean

help: ## List the targets
	@echo "groupbuy: make run, then http://127.0.0.1:8000"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "  make %-11s %s\n", $$1, $$2 }'

run: ## The whole platform with demo data, until Ctrl-C (PORT=8000, GROUPBUY_DATA_DIR=.data, DATABASE_URL, REDIS_URL)
	$(IN_LOCAL) python -m groupbuy.local.run

dev: ## The same, and the web server takes over changed code and templates (worker and beat: start again)
	$(IN_DEV) python -m groupbuy.local.run --reload

# Three for two cores: each waits now and then for its database, its browser or a process it started.
test: ## All tests, on servers of their own (ARGS="-k settle" for some of them)
	$(IN_DEV) python -m groupbuy.local.browser
	$(IN_DEV) python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

check: ## Everything that can be said without running it: style, types, layers, settings, migrations, API schema
	$(IN_DEV) python -m groupbuy.local.check

bench: ## How near the limit it runs, in ratios (BENCH_ONLY=row, BENCH_JSON=path)
	$(IN_DEV) python -m bench

bench-large: ## The same beside a thousand and a million orders
	$(IN_DEV) python -m bench --large

faults: ## Kill, cut off, flood and mislead a platform of its own, and count what it survives (ARGS=--short)
	$(IN_DEV) python -m faults $(ARGS)

demo: ## Fill the database with the demo data (ARGS="--days 30" for less history)
	$(IN_LOCAL) python -m groupbuy.local.with_servers python manage.py demo $(ARGS)

screenshots: ## Take the pictures of the README from a demo of their own (BASE_URL=... from a running one)
	$(IN_DEV) python -m groupbuy.local.screenshots $(ARGS)

messages: ## Compile the translations
	$(IN_LOCAL) python -m groupbuy.local.messages

lock: ## Renew requirements/*.txt after a change of pyproject.toml (ARGS=--upgrade for newer indirect packages)
	$(IN_LOCAL) python -m pip install --quiet --disable-pip-version-check --target .venv-lock uv==0.13.9
	$(PIP_COMPILE) $(ARGS) --extra local --extra dev --output-file requirements/dev.txt
	$(PIP_COMPILE) $(ARGS) --extra local --constraint requirements/dev.txt --output-file requirements/local.txt
	$(PIP_COMPILE) $(ARGS) --constraint requirements/dev.txt --output-file requirements/production.txt
	@rm -rf .venv-lock

clean: ## Remove .venv and every cache; the data in .data stays
	rm -rf .venv .venv-lock .venv-oscar .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -path ./.data -prune -o -name __pycache__ -type d -exec rm -rf {} +
