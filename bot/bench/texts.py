"""What the bench sends: buyers' sentences of the shipped data, spread over the labels, always the same ones."""

from __future__ import annotations

from pathlib import Path

from bot.training_data import read

HARMLESS = ("今天天气真好", "你们老家哪里的呀", "给我讲个笑话", "周末去哪玩好", "你喜欢吃什么", "猜猜我多大", "最近有什么好看的电影", "会唱歌不")
"""Sentences that never hand off, for one long conversation."""


def sample(data_dir: Path, count: int) -> list[str]:
    """`count` sentences, evenly spread over the files' lines."""
    return _spread([line.text for line in read(data_dir)], count)


def questions(data_dir: Path, count: int) -> list[str]:
    """The same of what the bot answers itself, which is most of what a shop hears: hardly any of them hands off."""
    return _spread([line.text for line in read(data_dir) if line.label.startswith("faq.")], count)


def _spread(lines: list[str], count: int) -> list[str]:
    step = max(1, len(lines) // count)
    return lines[::step][:count]
