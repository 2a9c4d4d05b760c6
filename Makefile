# Every target only calls pip and `python -m churnlab`; what it needs it installs into .venv.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
ifeq ($(OS),Windows_NT)
RUN := $(VENV)/Scripts/python
endif
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
STUDENTS ?= 5000
# Said by any Python, before the packages would refuse to install with a page of their own.
AGAIN := make PYTHON=python3.11 $(MAKECMDGOALS)
TOO_OLD := import sys; came = '%d.%d' % sys.version_info[:2]; sys.version_info >= (3, 11) or sys.exit( \
'churnlab 需要 Python 3.11 或更新的版本，$(PYTHON) 是 ' + came + '。请安装后运行：$(AGAIN)\n' \
'churnlab needs Python 3.11 or newer, $(PYTHON) is ' + came + '. Install one, then run: $(AGAIN)')

.DEFAULT_GOAL := help
.PHONY: help report test check lab oulad sample clean

help:  ## list these commands
	@$(PYTHON) -c "import re; [print(f'make {t:<8} {d}') for t, d in re.findall(r'^([a-z]+):.*?## (.*)$$', open('Makefile', encoding='utf-8').read(), re.M)]"

report: $(READY)  ## make the sample institution, load its exports and publish its last month's report, zh and en
	$(RUN) -m churnlab sample --students $(STUDENTS)
	$(RUN) -m churnlab load data/sample
	$(RUN) -m churnlab report monthly-churn

sample: $(READY)  ## write the made-up institution's exports to data/sample
	$(RUN) -m churnlab sample --students $(STUDENTS)

test: $(READY_DEV)  ## run the whole test suite
	$(RUN) -m churnlab test

check: $(READY_DEV)  ## ruff, types, notebooks, then nothing else
	$(RUN) -m churnlab lint

lab: $(READY)  ## open JupyterLab at notebooks/
	$(RUN) -m churnlab lab

oulad: $(READY)  ## import the Open University's students: make oulad ZIP=path/to/oulad.zip
	$(if $(ZIP),,$(error say where the file is: make oulad ZIP=path/to/oulad.zip))
	$(RUN) -m churnlab import-oulad "$(ZIP)"
	$(RUN) -m churnlab report monthly-churn --home data/oulad --month 2014-12

clean:  ## remove the environment, the sample and what was imported of OULAD; never a store of your own
	$(PYTHON) -c "import shutil; [shutil.rmtree(p, ignore_errors=True) for p in ('.venv', 'data/sample', 'data/sample-truth', 'data/oulad')]"

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c "$(TOO_OLD)"
	$(PYTHON) -m venv --clear $(VENV)
	$(RUN) -m pip install --quiet --upgrade pip
	$(RUN) -m pip install --quiet --constraint constraints.txt --editable .
	$(RUN) -c "open('$(READY)', 'w').close()"

$(READY_DEV): $(READY)
	$(RUN) -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(RUN) -c "open('$(READY_DEV)', 'w').close()"
