# What developers of Beanstack itself call; the Makefile includes it where it is there. A project has none.
##@ For developers of Beanstack:
NAMELESS += reference reference-unchanged style types shell test e2e benchmark lock

check: style types shell
unchanged: reference-unchanged

.PHONY: style
style: $(VENV)/installed
	@$(VENV)/bin/ruff format --check --quiet . || { echo 'ruff format . mends this'; exit 1; }
	@$(VENV)/bin/ruff check --quiet .

.PHONY: types
types: $(VENV)/installed
	@$(VENV)/bin/mypy

.PHONY: shell
shell: $(VENV)/installed
	@$(VENV)/bin/shellcheck scripts/*.sh beanstack/run/debian/*.sh templates/bin/*.sh .ci/run

.PHONY: reference-unchanged
reference-unchanged: $(VENV)/installed
	@$(PYTHON_IN_VENV) -m beanstack.reference --check docs/reference

.PHONY: reference
reference: $(VENV)/installed ## Write docs/reference/ from the code
	@$(PYTHON_IN_VENV) -m beanstack.reference docs/reference

.PHONY: test
test: $(VENV)/installed $(LOCAL_VENV)/installed $(EB_VENV)/installed $(COMPOSE_VENV)/installed ## Run the tests
	@$(VENV)/bin/pytest --ignore tests/e2e

.PHONY: e2e
e2e: $(VENV)/installed $(LOCAL_VENV)/installed $(EB_VENV)/installed $(COMPOSE_VENV)/installed ## Run the example in real containers
	@$(VENV)/bin/pytest tests/e2e

.PHONY: benchmark
benchmark: $(VENV)/installed $(LOCAL_VENV)/installed ## Measure the speed, as ratios
	@$(PYTHON_IN_VENV) -m benchmarks.run

.PHONY: lock
lock: ## Renew the lock files in requirements/ (needs uv)
	@sh scripts/lock.sh
