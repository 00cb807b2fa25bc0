# What developers of Beanstack itself call; the Makefile includes it where it is there. A project has none.
##@ For developers of Beanstack:
INSTALLED := $(VENV)/installed

PYTEST := -n 3 --dist loadfile --ignore tests/e2e

.PHONY: style types shell workflows shop reference-unchanged reference facts tools test-fast e2e benchmark locks
check: style types shell workflows shop
unchanged: reference-unchanged

# This checkout's package, not one from an index. Made with uv if it is there.
$(VENV)/installed: requirements/beanstack.txt
	@$(PYTHON_IS_NEW)
	@$(PYTHON) -P beanstack/venv.py $(VENV) $< .

style: $(INSTALLED)
	@$(VENV)/bin/ruff format --check --quiet . || { echo 'run `ruff format .`'; exit 1; }
	@$(VENV)/bin/ruff check --quiet .

types: $(INSTALLED)
	@$(VENV)/bin/python -m mypy

shell: $(INSTALLED)
	@$(VENV)/bin/shellcheck scripts/*.sh beanstack/operate/*.sh beanstack/run/debian/*.sh templates/bin/*.sh .ci/run .github/*.sh

workflows: $(INSTALLED)
	@found=$$($(VENV)/bin/zizmor --offline --quiet .github beanstack/project/skeleton/.github 2>&1) \
	  || { echo "$$found"; exit 1; }

# The second example, a project of its own.
shop: $(INSTALLED)
	@$(MAKE) --no-print-directory -C examples/shop check

reference-unchanged: $(INSTALLED)
	@$(VENV)/bin/python -m beanstack.reference --check docs/reference

reference: $(INSTALLED) ## Write docs/reference/ from the code
	@$(VENV)/bin/python -m beanstack.reference docs/reference

facts: $(INSTALLED) ## Take the kept facts from the pinned cfn-lint and botocore, after `make locks`
	@$(VENV)/bin/python -m scripts.facts

test: tools

tools: $(INSTALLED)
	@$(BEANSTACK) venv localaws ebcli compose

test-fast: $(INSTALLED) ## Run the tests that take less than a minute, on two cores
	@$(VENV)/bin/python -m pytest -n 2 -m 'not slow'

e2e: tools ## Run the example in real containers
	@$(VENV)/bin/python -m pytest tests/e2e

benchmark: $(INSTALLED) ## Measure the speed, as ratios
	@$(BEANSTACK) venv localaws compose
	@$(VENV)/bin/python -m benchmarks.run

locks: ## Renew the lock files (needs uv)
	@sh scripts/lock.sh
