# Beanstack for operators. `make` lists the targets; APP and ENV choose the environment, LOCAL=1 an AWS on this machine.
# Most targets are verbs of `beanstack`, in .venv; what deploys is written out below. Read it, and change what you must.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

# What makes the virtual environment, from a lock file with hashes.
PYTHON ?= python3
LOCK := requirements.txt
VENV := .venv
INSTALLED := $(VENV)/ready
# Called by Python rather than by their own paths, which are wrong in a project that has moved.
BEANSTACK = $(VENV)/bin/python -m beanstack
AWS ?= $(VENV)/bin/python -m awscli
CFN_LINT = $(VENV)/bin/python $(VENV)/bin/cfn-lint
-include dev.mk

# Beanstack reads these from the environment and checks them. So no shell takes what they contain for a command.
CHECKED := APP BASE ENV ALLOW REASON TO FROM IMAGE CONTAINER CMD INSTANCE
$(foreach name,$(CHECKED),$(eval override $(name) := $$(value $(name))))
GOALS := $(MAKECMDGOALS)
export $(CHECKED) LOCAL ENGINE GOALS REMOVE_LEFTOVERS
# The process that lives as long as a recipe: so a step knows its deployment, and the next run one that was killed.
export MAKE_PID := $(shell echo $$PPID)
# Targets that reach AWS; with LOCAL=1 they start the local one.
ON_AWS := plan import-stack stack status events url history drift platform lock unlock rollback abort restart redeploy \
  snapshot continue-rollback destroy destroy-application eb image release promote
ifneq ($(LOCAL),)
$(ON_AWS): local-start
endif
.PHONY: help generate review check unchanged lint test bundle exec run run-stop local-start local-stop upgrade clean $(ON_AWS)

help: ## Show this list
generate: ## Make bundle/ and output/ from config/
check: ## Check that generated files are current and that EB accepts them
test: ## Run the tests
review: ## Show what this branch would change, as a page for its pull request; BASE=origin/main
plan: ## Show what stack would change, and change nothing
import-stack: ## Take over an environment that runs: import it into its stacks, and change nothing
stack: ## Deploy the environment and wait until it is healthy, at most TIMEOUT=... seconds
status: ## Show the environment's state, health and version
events: ## Show what EB and CloudFormation did last
url: ## Print the environment's URL
history: ## Show what was deployed, when and by whom
drift: ## Show which settings were changed beside the stack
image: ## Build the images of `build`, push them, and pin them in ENV=..., or by default in `defaults`
release: ## Pin IMAGE=... in ENV=..., or by default in `defaults`, and generate
promote: ## Pin the images of FROM=... in TO=..., and generate
platform: ## List the platform's versions; TO=4.7.8 or TO=running pins one in config/
rollback: ## Deploy the last good deployment again, or that of TO=commit
abort: ## Stop what is being done to the environment
restart: ## Restart the application on all instances
redeploy: ## Deploy the same version again, as after a failed launch
lock: ## Lock the environment by hand, with REASON="..."
unlock: ## Free the environment's lock, whoever holds it
snapshot: ## Take a snapshot of the environment's coupled database, and wait for it
exec: ## Run CMD='["program", "argument"]' in CONTAINER=web of the first instance, or of INSTANCE=i-...
eb: ## Run the EB CLI, as in make eb ARGS="logs todobackend-dev"
continue-rollback: ## Continue a rollback that failed; SKIP="RESOURCE ..." leaves resources as they are
destroy: ## Delete the environment's stacks; asks for its name
destroy-application: ## Delete what the environments share, when none is left; the bucket stays
bundle: ## Zip the environment's bundle into build/
run: ## Run the environment's bundle on this machine, in containers
run-stop: ## Stop it and delete its data
local-start: ## Start the local AWS; LOCAL=1 does it by itself
local-stop: ## Stop the local AWS and delete its state
upgrade: ## Pin another Beanstack and show what it changes; TO=0.2.0, a wheel or a git URL
clean: ## Remove build/ and caches, but not the note by which a deployment frees its lock; stop what runs here
check: unchanged lint

help:
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { print "\n" substr($$0, 5) } \
	  /^[a-z0-9-]+:.*## / { printf "  %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nAPP=... ENV=... choose the environment (applications: %s); add LOCAL=1 to try it on this machine.\n' \
	  '$(basename $(notdir $(wildcard config/*.yaml)))'

# A verb of `beanstack` with no options is a name in this list and, for the list of targets, a line above.
generate review plan import-stack status events url history drift platform lock unlock abort snapshot release promote bundle exec run run-stop local-start local-stop upgrade: $(INSTALLED)
	@$(BEANSTACK) $@

# `begin` takes the environment's lock, which is held until the last step, or one that fails, has ended.
# `follow` runs a command for each stack that the committed template lists, and shows the events of those that take long;
# where it fails, it says why. {stack} and other words in braces come from the template. Region, and with LOCAL=1 the
# endpoint, are added to each aws command. `protect` follows the key `deletion_protection`.
DEPLOY = $(AWS) cloudformation deploy --stack-name {stack} --template-file {template} \
  --capabilities {capabilities} --no-fail-on-empty-changeset
stack: $(INSTALLED)
	@$(BEANSTACK) begin $(if $(TIMEOUT),--timeout $(TIMEOUT))
	@$(BEANSTACK) preflight $(if $(TIMEOUT),--timeout $(TIMEOUT))
	@$(BEANSTACK) follow --shared -- $(DEPLOY)
	@$(BEANSTACK) upload -- $(AWS) s3api put-object --bucket {bucket} --key {key} --body {zip} \
	  --checksum-sha256 {checksum} --if-none-match '*'
	@$(BEANSTACK) follow -- $(DEPLOY)
	@$(BEANSTACK) protect
	@$(BEANSTACK) wait $(if $(TIMEOUT),--timeout $(TIMEOUT))

# The own stacks alone, as an earlier commit had them: `rollback` takes the lock and their files, and checks them.
rollback: $(INSTALLED)
	@$(BEANSTACK) rollback $(if $(TIMEOUT),--timeout $(TIMEOUT))
	@$(BEANSTACK) follow --rollback -- $(DEPLOY)
	@$(BEANSTACK) protect --rollback
	@$(BEANSTACK) wait --rollback $(if $(TIMEOUT),--timeout $(TIMEOUT))
	@$(BEANSTACK) revert

# Deploys the application's stack first where that has yet to make the repository.
image: $(INSTALLED)
	@$(BEANSTACK) image -- $(DEPLOY)

restart redeploy: $(INSTALLED)
	@$(BEANSTACK) $@ $(if $(TIMEOUT),--timeout $(TIMEOUT))
	@$(BEANSTACK) wait $(if $(TIMEOUT),--timeout $(TIMEOUT))

continue-rollback: $(INSTALLED)
	@$(BEANSTACK) continue-rollback $(if $(SKIP),--skip $(SKIP))

destroy destroy-application: override SHARED = $(if $(filter destroy-application,$@),--shared)
destroy destroy-application: $(INSTALLED)
	@$(BEANSTACK) confirm $(SHARED) $(if $(CONFIRM),--name $(CONFIRM))
	@$(BEANSTACK) delete $(SHARED) -- $(AWS) cloudformation delete-stack --stack-name {stack}

eb: $(INSTALLED)
	@$(BEANSTACK) eb -- $(ARGS)

unchanged: $(INSTALLED)
	@$(BEANSTACK) generate --check

lint: $(INSTALLED)
	@$(CFN_LINT) --append-rules beanstack.lint.rules -- output/*/*.yaml
	@$(BEANSTACK) lint bundle/*/*

test: $(INSTALLED)
	@$(VENV)/bin/python -m pytest $(PYTEST)

clean:
	@[ ! -e build/localaws ] || $(BEANSTACK) local-stop
	@[ ! -e build/run ] || $(BEANSTACK) run-stop --all
	@[ ! -d build ] || find build -type d -exec test -e {}/deployment.json \; -prune -o ! -type d -exec rm -f {} +
	@[ ! -d build ] || find build -depth -type d -empty -delete; rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis

PYTHON_IS_NEW = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
  { echo 'Beanstack needs Python 3.11 or later; install it, or name it: make PYTHON=/path/to/python3' >&2; exit 1; }

$(VENV)/ready: $(wildcard $(LOCK) beanstack.txt)
	@$(PYTHON_IS_NEW)
	@[ ! -L $(VENV) ] || { echo '$(VENV) is a link to another environment; remove the link' >&2; exit 1; }
	@[ -w $(VENV) ] || { [ ! -e $(VENV) ] && [ -w . ]; } || { \
	  echo 'you may not write to $(VENV), or to this folder: `chmod u+w` it, or work in a copy that is yours' >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	@[ ! -e beanstack.txt ] || $(VENV)/bin/python -m pip install --quiet --no-deps --no-build-isolation -r beanstack.txt
	@touch $@
