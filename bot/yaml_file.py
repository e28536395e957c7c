"""Reads one YAML file of data/; what is wrong with the file itself is said in Chinese with its path and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.errors import DataError

WORDS = {
    "\\t": "有 Tab 键打的缩进，YAML 里只能用空格",
    "<stream end>": "写到一半就没有了，少了后面的括号或引号",
    "end of stream": "写到一半就没有了，少了后面的括号或引号",
    "duplicate key": "同一个键写了两次，只留一个",
    "mapping values are not allowed": "冒号用错了地方，话里有冒号就加引号",
    "could not find expected ':'": "少了冒号，或冒号后面没有空格",
    "expected <block end>": "缩进没有对齐",
    "expected ',' or": "括号里少了逗号，或括号没有配对",
    "undefined alias": "以 * 开头的话要加引号",
    "cannot start any token": "以 @ % 等符号开头的话要加引号",
    "special characters are not allowed": "有看不见的控制字符",
}
"""By a part of ruamel's words."""


def read_yaml(path: Path, *, use: str = "", marks: bool = False) -> Any:
    """The file's content; with `marks`, a tree that knows its lines (`.lc`). DataError when it is missing or no YAML.

    `use` ends the sentence about a missing file: what is read from it.
    """
    try:
        return YAML(typ="rt" if marks else "safe").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError([f"{path}: 没有这个文件，{use or f'把它放回来（git checkout {path}）'}"]) from None
    except IsADirectoryError:
        raise DataError([f"{path}: 这是文件夹，要的是文件：把文件夹改名，把文件放回来（git checkout {path}）"]) from None
    except PermissionError:
        raise DataError([f"{path}: 没有权限读这个文件，让管理员改权限（chmod a+r {path}）"]) from None
    except OSError as error:
        raise DataError([f"{path}: 读不了（{error.strerror}）"]) from None
    except UnicodeDecodeError:
        raise DataError([f"{path}: 文件不是 UTF-8 编码，请另存为 UTF-8"]) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        hint = "看看这一行的缩进、冒号后的空格和引号"
        raise DataError([f"{path}:{line}: 不是正确的 YAML（{_in_chinese(str(error.problem))}），{hint}"]) from None
    except YAMLError as error:
        raise DataError([f"{path}: 不是正确的 YAML（{_in_chinese(str(error))}）：删掉这个看不见的字符，或从备份放回这个文件"]) from None
    except RecursionError:
        raise DataError([f"{path}: 括号套得太深，读不了：看看是不是多打了一串 [ 或 {{"]) from None


def _in_chinese(problem: str) -> str:
    """What trainers run into most, said in their language; the reader's own words for the rest."""
    said = " ".join(problem.split())
    return next((chinese for english, chinese in WORDS.items() if english in said), said[:200])


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
