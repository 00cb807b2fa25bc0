# Beanstack. `make` lists what there is; APP and ENV choose the environment, LOCAL=1 an AWS on this machine.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

ifeq ($(value APP),)
APP := $(basename $(notdir $(firstword $(sort $(wildcard config/*.yaml)))))
endif
ENV ?= dev
# Seconds that `make stack` waits for EB to call the environment healthy.
TIMEOUT ?= 900
VENV := .venv
LOCAL_VENV := .venv-localaws
EB_VENV := .venv-ebcli
COMPOSE_VENV := .venv-compose
# The scripts of a virtual environment name its folder: one that has moved with the project is made again.
$(shell for venv in .venv*; do read -r was 2>/dev/null <$$venv/installed && \
  [ "$$was" != "$$(cd $$venv && pwd -P)" ] && rm $$venv/installed; done)
PYTHON_IN_VENV := $(VENV)/bin/python
AWS ?= $(VENV)/bin/aws
# The container engine: docker, podman or none; by default the first that works.
ENGINE ?=

# Names that a path, a shell and AWS all take as they are; whoever only tests may have others in the shell.
NAMELESS := generate check unchanged lint local-start local-stop clean
-include dev.mk
LETTERS := a b c d e f g h i j k l m n o p q r s t u v w x y z A B C D E F G H I J K L M N O P Q R S T U V W X Y Z - \
  0 1 2 3 4 5 6 7 8 9
without = $(if $2,$(call without,$(subst $(firstword $2),,$1),$(wordlist 2,$(words $2),$2)),$1)
ifneq ($(filter-out $(NAMELESS),$(or $(MAKECMDGOALS),help)),)
$(if $(call without,$(value APP)$(value ENV),$(LETTERS)),$(error APP and ENV are letters, digits and hyphens, \
  not APP='$(value APP)' ENV='$(value ENV)'))
endif

TEMPLATE := output/$(APP)/$(ENV).yaml
APPLICATION_TEMPLATE := output/$(APP)/application.yaml
LOCAL_STATE := build/localaws
HERE := APP=$(APP) ENV=$(ENV)$(if $(LOCAL), LOCAL=1)

# What is deployed is what was reviewed: STACK, APPLICATION_STACK, REGION, ACCOUNT and BUNDLE_KEY come from the
# committed template's metadata, by its content: a checkout may well bring an older date. They are read before any
# target is made, hence never together with generate. `make -i` would go on where a check or an answer says no.
ON_AWS := plan stack status events url destroy destroy-application continue-rollback bundle eb \
  account deployable deploy-application upload deploy
ifneq ($(filter $(ON_AWS),$(MAKECMDGOALS)),)
ifneq ($(filter generate,$(MAKECMDGOALS)),)
$(error `make generate` comes first and alone: look at `git diff`, then `make $(filter-out generate,$(MAKECMDGOALS))`)
endif
$(if $(findstring i,$(filter-out -%,$(firstword $(MAKEFLAGS)))),$(error with -i nothing would be refused any more))
$(if $(MAKE_RESTARTS),,$(shell cmp -s $(TEMPLATE) build/$(APP)/$(ENV).yaml || rm -f build/$(APP)/$(ENV).mk))
include build/$(APP)/$(ENV).mk
endif

# A local run starts from an empty environment, with credentials that no account knows and an endpoint on loopback in
# every call: whatever profile, key or proxy the shell holds, it cannot reach a real account.
ifdef LOCAL
ENDPOINT = http://127.0.0.1:$$(cat $(LOCAL_STATE)/port)
CLEAN = env -i PATH="$$PATH" HOME="$(CURDIR)/$(LOCAL_STATE)" TERM="$$TERM" PYTHONUTF8=1 $${NO_COLOR:+NO_COLOR=1} \
  AWS_ACCESS_KEY_ID=$(or $(ACCOUNT),000000000000) AWS_SECRET_ACCESS_KEY=local AWS_EC2_METADATA_DISABLED=true \
  AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_PAGER=
AWS_CALL = $(CLEAN) $(AWS) --endpoint-url "$(ENDPOINT)" --region $(REGION)
OPERATE = $(CLEAN) $(PYTHON_IN_VENV) -m beanstack.operate --endpoint-url "$(ENDPOINT)" --make "$(HERE)"
EB_CALL = $(CLEAN) AWS_ENDPOINT_URL="$(ENDPOINT)"
READY := local-start
else
AWS_CALL = env AWS_PAGER= $(AWS) --region $(REGION)
OPERATE = $(PYTHON_IN_VENV) -m beanstack.operate --make "$(HERE)"
EB_CALL =
READY :=
endif
ZIP_BUNDLE = $(PYTHON_IN_VENV) -m beanstack.operate zip $(TEMPLATE) bundle/$(APP)/$(ENV) build/$(APP)/$(ENV)/$(BUNDLE_KEY)
DEPLOY = $(AWS_CALL) cloudformation deploy --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset
RUN = $(PYTHON_IN_VENV) -m beanstack.run --engine '$(ENGINE)' --podman-compose $(COMPOSE_VENV)/bin/podman-compose \
  --state build/run

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { print "\n" substr($$0, 5) } \
	  /^[a-z0-9-]+:.*## / { printf "  %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nAPP=%s ENV=%s; add LOCAL=1 to try it on this machine.\n' '$(APP)' '$(ENV)'

.PHONY: generate
generate: $(VENV)/installed ## Make bundle/ and output/ from config/
	@$(PYTHON_IN_VENV) generate.py

.PHONY: check
check: unchanged lint ## Check that generated files are current and that EB accepts them

.PHONY: unchanged
unchanged: $(VENV)/installed
	@$(PYTHON_IN_VENV) generate.py --check

.PHONY: lint
lint: $(VENV)/installed
	@$(VENV)/bin/cfn-lint

.PHONY: bundle
bundle: ## Zip the environment's bundle into build/
	@$(ZIP_BUNDLE)
	@echo build/$(APP)/$(ENV)/$(BUNDLE_KEY)

.PHONY: plan
plan: account deployable ## Show what stack would change, and change nothing
	@$(OPERATE) plan $(TEMPLATE) $(APPLICATION_TEMPLATE)

.PHONY: stack
stack: deploy ## Deploy the environment and wait until it is healthy
	@$(OPERATE) wait $(TEMPLATE) --timeout $(TIMEOUT) $(if $(LOCAL),--interval 0.2)

# Each step of a deployment needs the one before, so that not even `make -k` deploys what a check has refused.
# Generated files and templates are checked side by side: with nothing to deploy, most of the time goes here.
.PHONY: reviewed
reviewed: $(VENV)/installed deployable
	@$(VENV)/bin/cfn-lint $(APPLICATION_TEMPLATE) $(TEMPLATE) & lint=$$!; \
	  $(PYTHON_IN_VENV) generate.py --check config/$(APP).yaml; checked=$$?; wait $$lint && exit $$checked

.PHONY: deployable
deployable:
	@sh scripts/deployable.sh $(APPLICATION_TEMPLATE) $(TEMPLATE)

.PHONY: deploy-application
deploy-application: account reviewed
	@$(OPERATE) follow --application $(TEMPLATE) -- \
	  $(DEPLOY) --stack-name $(APPLICATION_STACK) --template-file $(APPLICATION_TEMPLATE)

.PHONY: upload
upload: deploy-application build/$(APP)/$(ENV)/$(BUNDLE_KEY)
	@sh scripts/upload.sh $(APPLICATION_STACK) build/$(APP)/$(ENV)/$(BUNDLE_KEY) $(AWS_CALL)

.PHONY: deploy
deploy: upload
	@$(OPERATE) follow $(TEMPLATE) -- $(DEPLOY) --stack-name $(STACK) --template-file $(TEMPLATE)

.PHONY: status
status: account ## Show the environment's state, health and version
	@$(OPERATE) status $(TEMPLATE)

.PHONY: events
events: account ## Show what EB and CloudFormation did last
	@$(OPERATE) events $(TEMPLATE)

.PHONY: url
url: account ## Print the environment's URL
	@$(OPERATE) url $(TEMPLATE)

.PHONY: continue-rollback
continue-rollback: account ## Go on with a rollback that failed; SKIP="RESOURCE ..." leaves resources as they are
	@$(OPERATE) continue-rollback $(TEMPLATE) $(if $(SKIP),--skip $(SKIP)) $(if $(LOCAL),--interval 0.2)

.PHONY: destroy
destroy: account ## Delete the environment's stack; asks for its name
	@$(OPERATE) confirm $(TEMPLATE) $(if $(CONFIRM),--name $(CONFIRM))
	@$(AWS_CALL) cloudformation delete-stack --stack-name $(STACK)
	@$(OPERATE) follow $(TEMPLATE) --done 'Deleted the stack $(STACK) in $(REGION).' -- \
	  $(AWS_CALL) cloudformation wait stack-delete-complete --stack-name $(STACK)

.PHONY: destroy-application
destroy-application: account ## Delete the application's stack, when no environment is left; the bucket stays
	@$(OPERATE) confirm $(TEMPLATE) --application $(if $(CONFIRM),--name $(CONFIRM))
	@$(AWS_CALL) cloudformation delete-stack --stack-name $(APPLICATION_STACK)
	@$(OPERATE) follow --application $(TEMPLATE) --done 'Deleted the stack $(APPLICATION_STACK) in $(REGION).' -- \
	  $(AWS_CALL) cloudformation wait stack-delete-complete --stack-name $(APPLICATION_STACK)

.PHONY: run
run: $(VENV)/installed $(COMPOSE_VENV)/installed ## Run the environment's bundle on this machine, in containers
	@$(RUN) start $(TEMPLATE) bundle/$(APP)/$(ENV)

.PHONY: run-stop
run-stop: $(VENV)/installed $(COMPOSE_VENV)/installed ## End it and forget its data
	@$(RUN) stop $(APP)-$(ENV)

.PHONY: eb
eb: account $(EB_VENV)/installed ## Run the EB CLI, as in make eb ARGS="logs todobackend-dev"
	@$(EB_CALL) sh scripts/eb.sh build/$(APP)/$(ENV)/eb $(EB_VENV) $(APPLICATION_STACK) $(STACK) $(REGION) $(ARGS)

.PHONY: account
account: $(READY)
	@sh scripts/account.sh '$(ACCOUNT)' $(AWS_CALL)

.PHONY: local-start
local-start: $(VENV)/installed $(LOCAL_VENV)/installed $(COMPOSE_VENV)/installed ## Start the local AWS; LOCAL=1 does it by itself
	@$(PYTHON_IN_VENV) -m beanstack.localaws start --state $(LOCAL_STATE) --server-python $(LOCAL_VENV)/bin/python \
	  --engine '$(ENGINE)' --podman-compose $(COMPOSE_VENV)/bin/podman-compose

.PHONY: local-stop
local-stop: $(VENV)/installed ## Stop the local AWS and forget its state
	@$(PYTHON_IN_VENV) -m beanstack.localaws stop --state $(LOCAL_STATE)

.PHONY: clean
clean: ## Remove build/ and caches, and stop what runs on this machine
	@if [ -e $(LOCAL_STATE)/pid ]; then $(MAKE) --no-print-directory local-stop; fi
	@if [ -e build/run ]; then $(RUN) stop; fi
	@rm -rf build .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/installed: requirements/beanstack.txt scripts/venv.sh
	@sh scripts/venv.sh $(VENV) $< .

$(LOCAL_VENV)/installed: requirements/localaws.txt
	@sh scripts/venv.sh $(LOCAL_VENV) $<

$(COMPOSE_VENV)/installed: requirements/compose.txt
	@sh scripts/venv.sh $(COMPOSE_VENV) $<

$(EB_VENV)/installed: requirements/ebcli.txt
	@sh scripts/venv.sh $(EB_VENV) $<

build/$(APP)/$(ENV).mk: $(wildcard $(TEMPLATE)) beanstack/deployment.py | $(VENV)/installed
	@$(PYTHON_IN_VENV) -m beanstack.operate makefile $(TEMPLATE) $@

# The zip's name is its SHA-256, so one that is there is the right one.
ifdef BUNDLE_KEY
build/$(APP)/$(ENV)/$(BUNDLE_KEY):
	@$(ZIP_BUNDLE)
endif
