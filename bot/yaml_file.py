"""Reads one YAML file of data/; what is wrong with the file itself is said in Chinese with its path and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.errors import DataError


def read_yaml(path: Path, *, use: str = "", marks: bool = False) -> Any:
    """The file's content; with `marks`, a tree that knows its lines (`.lc`). DataError when it is missing or no YAML.

    `use` ends the sentence about a missing file: what is read from it.
    """
    try:
        return YAML(typ="rt" if marks else "safe").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError([f"{path}: 没有这个文件{f'，{use}' if use else ''}"]) from None
    except OSError as error:
        raise DataError([f"{path}: 读不了（{error.strerror}）"]) from None
    except UnicodeDecodeError:
        raise DataError([f"{path}: 文件不是 UTF-8 编码，请另存为 UTF-8"]) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        hint = "看看这一行的缩进、冒号后的空格和引号"
        raise DataError([f"{path}:{line}: 不是正确的 YAML（{' '.join(str(error.problem).split())}），{hint}"]) from None
    except YAMLError as error:
        raise DataError([f"{path}: 不是正确的 YAML：{' '.join(str(error).split())[:200]}"]) from None


def line_of(raw: Any, path: Any) -> int:
    """The line in the file (from 1) of a key path in a round-trip YAML tree."""
    line = 1
    for key in path:
        marks = getattr(raw, "lc", None)
        try:
            line = (marks.key(key) if isinstance(key, str) else marks.item(key))[0] + 1  # type: ignore[union-attr]
            raw = raw[key]
        except (AttributeError, KeyError, TypeError, IndexError):
            break
    return line
