# The Beanstack of this repository, in place of one that requirements.txt pins. A project of your own has no such file.
INSTALLED := .venv/installed

$(INSTALLED):
	@$(MAKE) --silent -C ../.. $@
	@ln -sfn ../../.venv .

local-start run: | .venv-localaws/installed .venv-compose/installed
eb: | .venv-ebcli/installed
.venv-%/installed: ../../beanstack/locks/%.txt
	@$(MAKE) --silent -C ../.. tools
	@ln -sfn ../../.venv-$* .
