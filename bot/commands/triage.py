"""`python -m bot triage`: one message a line in, one JSON a line out (architecture §7). Without Rasa, so that it starts at once."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import BinaryIO

from bot import taxonomy
from bot.errors import BadInput
from bot.nlu import registry
from bot.nlu.understander import Understander
from bot.playbooks.phase_thresholds import load_by_phase
from bot.services.desk_rules import load_severity
from bot.services.triage import Sorter, severities
from bot.settings import Settings

HELP = "分流：每行一句顾客的话（或带 text 的 JSON），每行输出一个 JSON (sort messages, one JSON a line)"
CHUNK = 256


def arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --explain, --phase, --model."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="文件；不写就读标准输入")
    parser.add_argument("--explain", action="store_true", help="再加 explain：最像的训练句，和哪些词支持、反对这个标签")
    parser.add_argument("--phase", choices=taxonomy.PHASES, default="after_sales", help="promotion 活动期，after_sales 售后期（默认）")
    parser.add_argument("--model", metavar="M", help="模型文件；默认用线上的（models/live.json）")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 when every line was answered."""
    if args.model:
        model = Understander.load(Path(args.model))
    else:
        _, model = registry.live(settings.model_dir, Understander.load, datetime.now(timezone.utc))
    labels = taxonomy.load(settings.data_dir)
    levels = load_by_phase(settings.data_dir).of(args.phase)
    rules = load_severity(settings.data_dir)
    sorter = Sorter(model, labels, levels, args.phase, severities(settings.data_dir, labels), rules, args.explain)
    stream = sys.stdin.buffer if args.file in (None, "-") else _open(Path(args.file))
    with stream:
        for chunk in _chunks(_texts(stream)):
            sys.stdout.write("".join(json.dumps(sorter.row(text), ensure_ascii=False) + "\n" for text in chunk))
            sys.stdout.flush()
    return 0


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise BadInput(f"读不了文件 {path}：{error.strerror}") from None


def _texts(stream: BinaryIO) -> Iterator[str]:
    """The messages: a line that is a JSON object with `text` gives that, every other line is a message itself."""
    for number, line in enumerate(stream):
        text = line.decode("utf-8", errors="replace").rstrip("\r\n")
        if number == 0:
            text = text.removeprefix("\ufeff")
        if text.startswith("{"):
            try:
                row = json.loads(text)
            except ValueError:
                row = None
            if isinstance(row, dict) and isinstance(row.get("text"), str):
                text = row["text"]
        # A half of a surrogate pair, as "\ud800" in JSON, could not be written again.
        yield text.encode("utf-8", errors="replace").decode("utf-8")


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    """Small at first, so that somebody who types sees an answer after each line; large when much comes."""
    chunk: list[str] = []
    limit = 1 if sys.stdin.isatty() else CHUNK
    for text in texts:
        chunk.append(text)
        if len(chunk) >= limit:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
