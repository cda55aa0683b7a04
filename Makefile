# Two commands: `make run` starts everything on this machine, `make test` runs every test. `make help` lists the rest.
# Needs Python 3.11 or newer, make, gcc and a shell. What else is missing is brought along by the locked packages.

SHELL = /bin/sh
.DEFAULT_GOAL = help
# A dozen processes start from these sources: compiled once, not by each of them, also where the environment says otherwise.
export PYTHONDONTWRITEBYTECODE =
.NOTPARALLEL:
.PHONY: help run test lint bench mutants lock build texts packages rivals node_packages test_programs fuzz reset clean

ifndef PYTHON
PYTHON := $(firstword $(foreach name,python3.14 python3.13 python3.12 python3.11 python3,\
            $(if $(shell $(name) -c 'import sys; print("new enough" if sys.version_info >= (3, 11) else "")' 2>/dev/null),$(name))))
endif
IN = .venv/bin
BUILT = shared/ui/static/.built
COMPILED = .venv/translations-compiled
say = @printf '%s\n' $(1)

help: ## list these targets
	@printf 'Handdruk. Start everything with `make run`, check everything with `make test`.\n\n'
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; do \
	    printf '  make %-8s %s\n' "$$name" "$$what"; done

run: build ## install, build, start everything, load the demo; Ctrl-C stops it
	@exec $(IN)/handdruk run

test: build test_programs ## every test, with real servers and a real browser (TESTS=path narrows it)
	@$(IN)/pytest -n 2 $(TESTS)

lint: build ## ruff, mypy, import contracts, tsc
	$(call say,'ruff')
	@$(IN)/ruff check . && $(IN)/ruff format --check --quiet .
	$(call say,'mypy')
	@$(IN)/mypy
	$(call say,'import contracts')
	@$(IN)/lint-imports
	$(call say,'tsc')
	@. deploy/node.sh && npm run --silent check

bench: build rivals ## measure check-in and stand booking against floors, and the planner beside others (PLANNER=options)
	@$(IN)/python -m tests.bench
	@$(IN)/handdruk plan bench $(PLANNER)

mutants: packages ## make small faults in the judge of plans, one at a time: a test must notice each
	@if ! cmp -s requirements-mutants.txt .venv/requirements-mutants.txt; then \
	    printf 'Installing what makes the faults\n'; \
	    $(IN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements-mutants.txt && \
	    cp requirements-mutants.txt .venv/requirements-mutants.txt; fi
	@rm -rf mutants && $(IN)/mutmut run
	@missed="$$($(IN)/mutmut results)"; printf '%s\n' "$${missed:-A test noticed every one of them.}"; [ -z "$$missed" ]

fuzz: packages ## feed broken mail and calendar files to their readers, as long as SECONDS says (60)
	@if ! cmp -s requirements-fuzz.txt .venv/requirements-fuzz.txt; then \
	    printf 'Installing the fuzzer\n'; \
	    $(IN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements-fuzz.txt && \
	    cp requirements-fuzz.txt .venv/requirements-fuzz.txt; fi
	@$(IN)/python -m tests.fuzz --seconds $(or $(SECONDS),60)

build: packages node_packages ## install what is locked, build the front end, compile the translations
	@if [ ! -e $(BUILT) ] || [ -n "$$(find package-lock.json shared/ui services tsconfig.json -newer $(BUILT) -type f \
	        -not -path 'shared/ui/static/*' -not -name '*.py' -not -name '*.pyc' -print -quit 2>/dev/null)" ]; then \
	    printf 'Building the front end\n'; . deploy/node.sh && npm run --silent build && touch $(BUILT); fi
	@if [ ! -e $(COMPILED) ] || [ -n "$$(find shared/i18n -name '*.po' -newer $(COMPILED) -print -quit)" ]; then \
	    printf 'Compiling the translations\n'; \
	    $(IN)/pybabel --quiet compile --directory shared/i18n && touch $(COMPILED); fi

texts: packages ## collect every text of the screens into the catalogues of the languages
	@$(IN)/pybabel --quiet extract -F babel.cfg -k lazy_gettext -k lazy_ngettext:1,2 --no-location --sort-output \
	    --project=Handdruk --copyright-holder=Handdruk -o shared/i18n/messages.pot .
	@$(IN)/pybabel --quiet update -i shared/i18n/messages.pot -d shared/i18n --ignore-obsolete --no-fuzzy-matching --no-wrap

packages:
	@if [ -z "$(PYTHON)" ]; then \
	    printf 'Python 3.11 or newer is needed, and none was found. Install it, or say which: make PYTHON=/path/to/python3\n'; \
	    exit 1; fi
	@if ! cmp -s requirements-dev.txt .venv/requirements-dev.txt; then \
	    printf 'Making .venv with %s\n' "$$($(PYTHON) --version)"; \
	    $(PYTHON) -m venv --clear .venv || { \
	        printf 'Python has no venv with pip here. On Debian: apt-get install python3-venv\n'; exit 1; }; \
	    printf 'Installing %s locked Python packages (a minute or two, the first time)\n' \
	        "$$(grep -c '==' requirements-dev.txt)"; \
	    $(IN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt && \
	    $(IN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e . && \
	    cp requirements-dev.txt .venv/requirements-dev.txt; fi

rivals: packages
	@if ! cmp -s requirements-bench.txt .venv/requirements-bench.txt; then \
	    printf 'Installing what the planner is compared with\n'; \
	    $(IN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements-bench.txt && \
	    cp requirements-bench.txt .venv/requirements-bench.txt; fi

node_packages:
	@if ! cmp -s package-lock.json node_modules/.installed-package-lock.json; then \
	    printf 'Installing the locked front-end packages\n'; \
	    . deploy/node.sh && npm ci --silent --ignore-scripts && \
	    cp package-lock.json node_modules/.installed-package-lock.json; fi

test_programs:
	@sh deploy/test_programs.sh

lock: ## renew the requirements files and package-lock.json (UPGRADE=--upgrade takes newer versions)
	@$(PYTHON) -m venv --clear .venv-lock && .venv-lock/bin/pip install --quiet --disable-pip-version-check uv
	$(call say,'Locking the Python packages')
	@.venv-lock/bin/uv pip compile --quiet $(LOCK_OPTIONS) pyproject.toml --output-file requirements.txt
	@.venv-lock/bin/uv pip compile --quiet $(LOCK_OPTIONS) pyproject.toml --extra run --extra dev \
	    --output-file requirements-dev.txt
	@.venv-lock/bin/uv pip compile --quiet $(LOCK_OPTIONS) pyproject.toml --extra bench -c requirements-dev.txt \
	    --output-file requirements-bench.txt
	@.venv-lock/bin/uv pip compile --quiet $(LOCK_OPTIONS) pyproject.toml --extra mutants -c requirements-dev.txt \
	    --output-file requirements-mutants.txt
	@.venv-lock/bin/uv pip compile --quiet $(LOCK_OPTIONS) pyproject.toml --extra fuzz -c requirements-dev.txt \
	    --output-file requirements-fuzz.txt
	@rm -rf .venv-lock
	$(call say,'Locking the front-end packages')
	@$(MAKE) --no-print-directory packages
	@. deploy/node.sh && npm $(if $(UPGRADE),update,install) --package-lock-only --ignore-scripts --silent
LOCK_OPTIONS = --generate-hashes --no-emit-index-url --no-header --python-version 3.11 $(UPGRADE)

reset: packages ## delete all data in var/, after asking
	@$(IN)/handdruk reset

clean: ## delete what was installed and built; var/ with the data stays
	@rm -rf .venv .venv-lock node_modules mutants shared/ui/static .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	    .import_linter_cache *.egg-info
	@find shared/i18n -name '*.mo' -delete
