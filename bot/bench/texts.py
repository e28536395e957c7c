"""What the bench sends: buyers' sentences of the shipped data, spread over the labels, always the same ones."""

from __future__ import annotations

from pathlib import Path

from bot.training_data import read

HARMLESS = ("今天天气真好", "你们老家哪里的呀", "给我讲个笑话", "周末去哪玩好", "你喜欢吃什么", "猜猜我多大", "最近有什么好看的电影", "会唱歌不")
"""Sentences that never hand off, for one long conversation."""


def sample(data_dir: Path, count: int) -> list[str]:
    """`count` sentences, evenly spread over the files' lines."""
    lines = [line.text for line in read(data_dir)]
    step = max(1, len(lines) // count)
    return lines[::step][:count]
