"""`python -m bot words "消息"`: what the normaliser makes of a message, and which classes of data/nlu/words.yml it touches by which words."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from bot.nlu import lexicon
from bot.nlu.features import bare
from bot.nlu.lexicon import Lexicon
from bot.nlu.text import DATE, LINK, MONEY, NUMBER, ORDER, PERSON, PLACE, normalise
from bot.settings import Settings
from bot.yaml_file import line_of, read_yaml

HELP = "一句话整理成什么样，碰到词表里哪些词类、凭哪个词 (which word classes a message hits)"
MARKS = {NUMBER: "长号码", ORDER: "订单", LINK: "链接", PLACE: "地址", PERSON: "姓名", MONEY: "金额", DATE: "日期"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """MESSAGE…"""
    parser.add_argument("messages", nargs="+", metavar="消息", help="一句或几句顾客的话，每句用引号括起来")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 after every message is told."""
    found = lexicon.build(lexicon.load(settings.data_dir))
    path = settings.data_dir / "nlu" / "words.yml"
    raw = read_yaml(path, marks=True)
    places = {name: line_of(raw, (lexicon.KEY, name)) for name in found.names}
    print("\n\n".join("\n".join(told(message, found, places, path)) for message in args.messages))
    return 0


def told(message: str, found: Lexicon, places: Mapping[str, int], path: Path) -> list[str]:
    """The lines for one message; `places` are the lines of the classes in the file."""
    features = normalise(message).features
    lines = [f"原话：{message}", f"整理成：{features or '（空的，没有可看的字）'}"]
    marks = [f"{mark} 代表{name}" for mark, name in MARKS.items() if mark in features]
    lines += [f"记号：{'，'.join(marks)}"] if marks else []
    hits = lexicon.explain(found, features)
    by_class: dict[str, list[str]] = {}
    for hit in hits:
        by_class.setdefault(hit.name, []).append(hit.found if hit.found == hit.piece else f"{hit.found}（由 {hit.piece}）")
    if not by_class:
        return [*lines, f"没有碰到任何词类。有常见的说法就加进 {path}"]
    lines.append(f"碰到 {len(by_class)} 个词类：")
    lines += [f"  {name}  {'、'.join(dict.fromkeys(said))}  （{path}:{places[name]}）" for name, said in by_class.items()]
    rest = features
    for word in sorted({hit.found for hit in hits}, key=len, reverse=True):
        rest = rest.replace(word, " ") if word.strip() else rest
    rest = " ".join(part for part in rest.split() if bare(part))
    return [*lines, f"没有词类管的字：{rest}"] if rest else lines
