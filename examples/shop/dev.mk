# The Beanstack of this repository, in place of one that requirements.txt pins. A project of your own has no such file.
INSTALLED := .venv/installed

$(INSTALLED):
	@$(MAKE) --silent -C ../.. $@
	@ln -sfn ../../.venv .

local-start run: | .venv-localaws .venv-compose
eb: | .venv-ebcli
.venv-localaws .venv-compose .venv-ebcli:
	@$(MAKE) --silent -C ../.. tools
	@ln -sfn ../../$@ .
