"""`python -m bot train`: a new model from data/, put where `up` and the workers find it."""

from __future__ import annotations

import argparse
import time
from datetime import datetime, timezone
from pathlib import Path

from bot.nlu import logs, registry, trainer
from bot.settings import Settings

HELP = "训练模型：读 data/nlu，写到 models/；第一个直接上线，以后的用 promote 上线 (train a model)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """--if-changed, --logs."""
    parser.add_argument("--if-changed", action="store_true", help="数据、配置、代码、聊天记录都没变就不训练")
    parser.add_argument(
        "--logs", type=Path, metavar="FILE",
        help="店铺自己的聊天记录：一行一条消息，两段对话之间空一行；去重后 25,000 句以上才有用，读时就打码，不离开本机。每次都要用就写进 config.yml 的 logs",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 with a model in place; DataError when the training data has problems, BadInput for logs that are none."""
    if args.logs:
        logs.check(args.logs)
    if args.if_changed:
        found = trainer.up_to_date(settings.data_dir, settings.model_dir, logs=args.logs)
        if found:
            print(f"没有变化，不用训练：{found}")
            return 0
    started = time.monotonic()
    model = trainer.train(
        settings.data_dir, settings.model_dir, datetime.now(timezone.utc), lambda line: print(line, flush=True), logs=args.logs
    )
    print(f"训练完成，用时 {time.monotonic() - started:.0f} 秒：{model}")
    if args.logs:
        print(f"以后每次训练都要用这些聊天记录，就在 config.yml 里写 logs: {args.logs.resolve()}；不写，下次不带 --logs 训练出的模型就没有它们")
    waiting = registry.waiting(settings.model_dir)
    if waiting:
        print(waiting)
    return 0
