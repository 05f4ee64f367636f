# Everything that is done with this project by one word each. Works with the make of Linux and of macOS.

PORT ?= 5000
ARGS ?=
PYTHON ?=
CHROMIUM ?=

BIN = .venv/bin
CATALOGUE = eventsapp/translations
TEMPLATE = .venv/messages.pot

.PHONY: help run test check format bench messages vendor lock venv venv-dev hooks

help: ## Show this help
	@echo "make run        start the app on http://127.0.0.1:$(PORT) with demonstration data (PORT=5001 for another port)"
	@echo "make test       install what the tests need and run them all (ARGS=\"-k word\" is handed to pytest)"
	@echo "make check      format, style, types and the floors of the house"
	@echo "make format     put code into the house's format and mend what can be mended by machine"
	@echo "make bench      measure how fast the main pages are"
	@echo "make messages   collect the texts of pages and letters into the English catalogue, and compile it"
	@echo "make vendor     copy the front-end files, and what the tests read calendars with, from their npm packages (needs npm)"
	@echo "make lock       pin the packages anew from requirements.in (ARGS=--upgrade takes newer ones)"
	@echo "make hooks      let git run the quick checks before each commit"
	@echo ""
	@echo "Settings for make run, from the environment or on the line: PORT, DATABASE_URL, SECRET_KEY, SITE_URL, SMTP_URL."
	@echo "All settings are described in README.md."

venv:
	@PYTHON="$(PYTHON)" sh tools/python_env.sh requirements.txt

venv-dev:
	@PYTHON="$(PYTHON)" sh tools/python_env.sh requirements.txt requirements-dev.txt

run: venv
	@PORT="$(PORT)" exec $(BIN)/python -m eventsapp.cli.serve

test: venv-dev
	@browser=$$(CHROMIUM="$(CHROMIUM)" sh tools/find_browser.sh) && \
	CHROMIUM="$$browser" exec $(BIN)/python -m pytest -n logical --dist loadgroup $(ARGS)

check: venv-dev
	$(BIN)/ruff format --check --output-format concise .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: venv-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: venv-dev
	@exec $(BIN)/python -m tests.bench $(ARGS)

messages: venv-dev
	$(BIN)/pybabel --quiet extract --mapping babel.cfg --keyword _l --keyword lazy_gettext --keyword lazy_ngettext:1,2 \
		--add-location file --sort-by-file --width 110 --project eventsapp \
		--header-comment "# The texts of eventsapp. Swedish is what stands in code and templates; English is complete." \
		--output $(TEMPLATE) .
	@test -f $(CATALOGUE)/en/LC_MESSAGES/messages.po || $(BIN)/pybabel --quiet init --locale en --input-file $(TEMPLATE) --output-dir $(CATALOGUE)
	$(BIN)/pybabel --quiet update --locale en --input-file $(TEMPLATE) --output-dir $(CATALOGUE) \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110
	$(BIN)/pybabel --quiet compile --directory $(CATALOGUE) --statistics

vendor:
	@sh tools/vendor/copy.sh

lock: venv-dev
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		$(ARGS) requirements.in --output-file requirements.txt
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		$(ARGS) requirements-dev.in --output-file requirements-dev.txt

hooks: venv-dev
	$(BIN)/pre-commit install
