"""The models below a folder: archives, a note beside each, and which one answers (`live.json`).

A model that is trained is a candidate; `python -m bot promote` makes it live. The first of all becomes live by itself, and so does the newest
readable one when the live one is gone or is of a form that this code cannot read: a desk is never dead for want of a promotion.
Every write is a rename, and whoever changes `live.json` or removes archives holds a lock: several processes may do so at once.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import ModelMissing, NotFound

KEPT = 5
"""Newest models that stay; the live one and the one before it stay besides."""
HISTORY = 200
LIVE_FILE, LOCK_FILE = "live.json", ".lock"
FIRST, PROMOTED, FORCED, ROLLED_BACK, FALLEN_BACK = "first", "promote", "force", "rollback", "fallback"
JSON = dict[str, Any]
T = TypeVar("T")


def complain(line: str) -> None:
    """To standard error: standard output may be somebody's JSON."""
    print(line, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Change:
    """One row of the history: since when a model was live, how it came to that, and why."""

    model: str
    at: str
    by: str
    why: str = ""


def archives(model_dir: Path) -> list[Path]:
    """The finished models, oldest first."""
    found = []
    for path in model_dir.glob("*.tar.gz"):
        with contextlib.suppress(FileNotFoundError):  # pruned by another process in between
            found.append((path.stat().st_mtime_ns, path.name, path))
    return [path for _, _, path in sorted(found)]


def newest_model(model_dir: Path | str) -> Path:
    """The newest archive in the folder, live or not; ModelMissing when there is none."""
    found = archives(Path(model_dir))
    if not found:
        raise ModelMissing(f"{model_dir} 里没有训练好的模型，先运行 python -m bot train")
    return found[-1]


def made_from(model_dir: Path, fingerprint: str) -> Path | None:
    """The newest archive that was made from what has this fingerprint."""
    return next((path for path in reversed(archives(model_dir)) if path.name.endswith(f"-{fingerprint}.tar.gz")), None)


def named(model_dir: Path, name: str) -> Path:
    """The archive that is meant by a name, a part of it or a path; NotFound with those that are there."""
    found = archives(model_dir)
    wanted = Path(name).name
    meant = [path for path in found if path.name == wanted] or [path for path in found if wanted and wanted in path.name]
    if len(meant) != 1:
        there = "、".join(path.name for path in found) or "一个也没有"
        raise NotFound(f"{model_dir} 里{'有几个' if meant else '没有'}模型叫 {wanted}；现有：{there}")
    return meant[0]


def history(model_dir: Path) -> tuple[Change, ...]:
    """Every change of the live model, oldest first; empty when nothing readable is recorded."""
    try:
        raw = json.loads((model_dir / LIVE_FILE).read_text(encoding="utf-8"))
        return tuple(Change(str(row["model"]), str(row["at"]), str(row["by"]), str(row.get("why", ""))) for row in raw["history"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def live_name(model_dir: Path) -> str | None:
    """The file name of the live model as recorded: one small file is read, so that it may be asked every second."""
    changes = history(model_dir)
    return changes[-1].model if changes else None


def live(
    model_dir: Path, read: Callable[[Path], T], now: datetime, say: Callable[[str], None] = complain, *, record: bool = True
) -> tuple[Path, T]:
    """The live archive and what `read` makes of it. If that raises ModelMissing, the newest that can be read becomes live, and `say` says so.

    Without `record` nothing is written and nothing said: for who only compares.
    """
    recorded = live_name(model_dir)
    if recorded is not None:
        with contextlib.suppress(ModelMissing):
            return model_dir / recorded, read(_there(model_dir / recorded))
    for path in reversed(archives(model_dir)):
        if path.name == recorded:
            continue
        try:
            found = read(path)
        except ModelMissing:
            continue
        if not record:
            return path, found
        by, why = (FALLEN_BACK, f"{recorded} 不在或读不出来") if recorded else (FIRST, "还没有记下哪个模型在线上")
        # A folder that cannot be written still has a model to answer with.
        with contextlib.suppress(OSError), locked(model_dir):
            if live_name(model_dir) == recorded:
                _record(model_dir, Change(path.name, now.isoformat(), by, why))
        if recorded:
            say(f"线上模型{why}，改由能读出来的最新模型 {path.name} 回答；用现在的数据重新训练：python -m bot train")
        return path, found
    if not archives(model_dir):
        raise ModelMissing(f"{model_dir} 里没有训练好的模型，先运行 make train（或 python -m bot train）")
    raise ModelMissing(f"{model_dir} 里的模型都读不出来（最新的是 {archives(model_dir)[-1].name}），请重新运行 make train")


def add(model_dir: Path, path: Path, facts: Mapping[str, Any], read: Callable[[Path], object], now: datetime) -> bool:
    """Note a finished model; True when it is live now, because no other model that can be read is."""
    note(path, facts)
    with locked(model_dir):
        recorded = live_name(model_dir)
        # Nothing recorded: whatever answered before there was a record goes on.
        others = [recorded] if recorded else [other.name for other in reversed(archives(model_dir)) if other != path]
        answering = next((name for name in others if name != path.name and _readable(model_dir / name, read)), None)
        if answering is None:
            by, why = (FALLEN_BACK, f"{recorded} 不在或读不出来") if recorded and recorded != path.name else (FIRST, "第一个模型")
            _record(model_dir, Change(path.name, now.isoformat(), by, why))
        elif recorded is None:
            _record(model_dir, Change(answering, now.isoformat(), FIRST, "一直在用的模型"))
        return answering is None


def make_live(model_dir: Path, name: str, by: str, why: str, now: datetime) -> None:
    """This archive answers from now on; ModelMissing when it is gone."""
    with locked(model_dir):
        _there(model_dir / name)
        if live_name(model_dir) != name:
            _record(model_dir, Change(name, now.isoformat(), by, why))


def roll_back(model_dir: Path, read: Callable[[Path], object], now: datetime, why: str = "") -> Path:
    """Make the model live that was so before this one; NotFound when there is none that can be read."""
    with locked(model_dir):
        for name in reversed(_stack(history(model_dir))[:-1]):
            if _readable(model_dir / name, read):
                _record(model_dir, Change(name, now.isoformat(), ROLLED_BACK, why))
                return model_dir / name
    raise NotFound("没有可以退回的模型：在这之前没有别的模型上过线，或者已经读不出来。python -m bot promote --list 看有哪些")


def before_live(model_dir: Path) -> str | None:
    """The model that `roll_back` would go back to, if its archive is there."""
    return next((name for name in reversed(_stack(history(model_dir))[:-1]) if (model_dir / name).exists()), None)


def waiting(model_dir: Path) -> str | None:
    """When the newest model is not the live one: the sentence that says so, and what to do."""
    found, answering = archives(model_dir), live_name(model_dir)
    if not found or answering is None or found[-1].name == answering:
        return None
    return (
        f"新模型 {found[-1].name} 是候选，还没有上线；前台仍由旧模型 {answering} 回答。\n"
        "  先看好不好：python -m bot eval --quick   让它上线：python -m bot promote"
    )


def prune(model_dir: Path, kept: int = KEPT) -> list[str]:
    """Remove what is neither among the newest, nor live, nor the one before it; their names."""
    with locked(model_dir):
        stay = {live_name(model_dir), before_live(model_dir)}
        old = [path for path in archives(model_dir)[:-kept] if path.name not in stay]
        for path in old:
            path.unlink(missing_ok=True)
            _note_of(path).unlink(missing_ok=True)
    return [path.name for path in old]


def noted(path: Path) -> JSON:
    """What is noted about an archive; empty for one without a note."""
    try:
        raw = json.loads(_note_of(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return raw if isinstance(raw, dict) else {}


def note(path: Path, facts: Mapping[str, Any]) -> None:
    """Write facts beside an archive, what is noted already stays."""
    with locked(path.parent, f"{LOCK_FILE}-notes"):
        _write(_note_of(path), {"v": 1, **noted(path), **facts})


@contextlib.contextmanager
def locked(model_dir: Path, name: str = LOCK_FILE) -> Iterator[None]:
    """Alone among all processes that change this folder's models; falls with the process."""
    with (model_dir / name).open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _stack(changes: tuple[Change, ...]) -> list[str]:
    """The live model last, below it those that it came after; what was rolled back is out."""
    stack: list[str] = []
    for change in changes:
        if change.by == ROLLED_BACK and change.model in stack:
            while stack[-1] != change.model:
                stack.pop()
        elif stack[-1:] != [change.model]:
            stack.append(change.model)
    return stack


def _record(model_dir: Path, change: Change) -> None:
    rows = [*history(model_dir), change][-HISTORY:]
    _write(model_dir / LIVE_FILE, {"v": 1, "live": change.model, "history": [vars(row) for row in rows]})


def _write(path: Path, content: JSON) -> None:
    """Whole or not at all, also when two write at once or the machine stops."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _note_of(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(".tar.gz") + ".json")


def _there(path: Path) -> Path:
    if not path.exists():
        raise ModelMissing(f"模型 {path} 不在了")
    return path


def _readable(path: Path, read: Callable[[Path], object]) -> bool:
    try:
        read(_there(path))
    except ModelMissing:
        return False
    return True
