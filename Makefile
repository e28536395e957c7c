# `make` lists the targets. Everything runs from .venv, which `setup` makes.
SHELL := /bin/bash
PY := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help setup model pages browser run test train eval promote bench lint lock

help:  ## 列出所有目标 (this list)
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup:  ## 建好环境 .venv；再来一次什么也不做 (make the environment)
	@scripts/setup.sh

model: setup
	@$(PY) -m bot train --if-changed

pages: setup  ## 建好网页 bot/web/dist；没有改动时什么也不做 (build the pages)
	@scripts/pages.sh

browser: setup
	@scripts/browser.sh >/dev/null

run: model pages  ## 启动整个前台，就绪后给出地址 (start everything)
	@exec $(PY) -m bot up $(ARGS)

test: model pages $(if $(findstring --ignore=tests/browser,$(ARGS)),,browser)  ## 跑全部测试，两个进程并排；一个进程：make test ARGS=-n0 (all tests, in two processes)
	@$(PY) -m pytest -n 2 $(ARGS)

train: setup  ## 重新训练模型 (train the model)
	@$(PY) -m bot train $(ARGS)

eval: model  ## 评测模型，出报告；快一点：make eval ARGS=--quick (evaluate the model)
	@$(PY) -m bot eval $(ARGS)

promote: setup  ## 新模型过了关就上线；退回：make promote ARGS=--rollback (make a model live)
	@$(PY) -m bot promote $(ARGS)

bench: model  ## 与原装 Rasa 同场比正确率和性能，约一刻钟 (measure against stock Rasa)
	@$(PY) -m bot bench $(ARGS)

lint: pages  ## 检查代码、网页与 data/ (ruff, mypy, vue-tsc, data)
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@scripts/npm.sh run --silent check
	@$(PY) -m bot validate

lock: setup  ## 更新 requirements.lock (resolve the dependencies anew)
	@scripts/lock.sh $(ARGS)
