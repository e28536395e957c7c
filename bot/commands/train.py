"""`python -m bot train`: a new model from data/, put where `up` and the workers find it."""

from __future__ import annotations

import argparse
import time
from datetime import datetime, timezone

from bot.nlu import registry, trainer
from bot.settings import Settings

HELP = "训练模型：读 data/nlu，写到 models/；第一个直接上线，以后的用 promote 上线 (train a model)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """--if-changed."""
    parser.add_argument("--if-changed", action="store_true", help="数据、配置、代码都没变就不训练")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 with a model in place; DataError when the training data has problems."""
    if args.if_changed:
        found = trainer.up_to_date(settings.data_dir, settings.model_dir)
        if found:
            print(f"没有变化，不用训练：{found}")
            return 0
    started = time.monotonic()
    model = trainer.train(settings.data_dir, settings.model_dir, datetime.now(timezone.utc), lambda line: print(line, flush=True))
    print(f"训练完成，用时 {time.monotonic() - started:.0f} 秒：{model}")
    waiting = registry.waiting(settings.model_dir)
    if waiting:
        print(waiting)
    return 0
