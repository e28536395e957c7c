"""`python -m bot <command>`: finds the command, runs it, and turns what goes wrong into a sentence and an exit code.

0 done, 1 problems in the data, 2 bad input or a known failure, 3 unforeseen, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib
import os
import secrets
import sys
import tempfile
import traceback
from datetime import datetime, timezone
from pathlib import Path

from bot.errors import BadInput, BotError, DataError
from bot.settings import Settings, load

COMMANDS = (
    "up",
    "gateway",
    "worker",
    "watch",
    "archive",
    "triage",
    "talk",
    "shop",
    "staff",
    "phase",
    "webhooks",
    "announce",
    "validate",
    "words",
    "label",
    "train",
    "eval",
    "promote",
    "bench",
    "ledger",
)
FOLDER = Path(__file__).parent / "commands"


def main(argv: list[str]) -> int:
    """Run one command; its exit code."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(overview())
        return 0 if argv else 2
    name = argv[0]
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        guess = f"，是不是 {near[0]}？" if near else "。"
        print(f"没有 {name!r} 这个命令{guess} 看全部命令：python -m bot --help", file=sys.stderr)
        return 2
    # Products of small matrices: threads of BLAS only wait for each other there, and a message costs twice the CPU. Before numpy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    module = importlib.import_module(f"bot.commands.{name}")
    parser = argparse.ArgumentParser(prog=f"python -m bot {name}", description=module.HELP)
    module.arguments(parser)
    args = parser.parse_args(argv[1:])
    code = module.run(args, _settings())
    sys.stdout.flush()
    return int(code)


def guarded(argv: list[str]) -> int:
    """`main`, with errors said as sentences."""
    try:
        return main(argv)
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    except BotError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader went away (`| head`). Python would complain again when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        return _unforeseen(argv)


def overview() -> str:
    """The list of commands with their one-liners, read without importing them: some bring TensorFlow along."""
    rows = [f"  {name:<9} {_help(FOLDER / f'{name}.py')}" for name in COMMANDS if (FOLDER / f"{name}.py").exists()]
    return "\n".join(["前台 Qiantai: python -m bot <command> [--help]", "", *rows])


def _help(path: Path) -> str:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        named = any(isinstance(target, ast.Name) and target.id == "HELP" for target in targets)
        if named and isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    return ""


def _settings() -> Settings:
    try:
        return load()
    except ValueError as error:
        raise BadInput(str(error)) from None


def _unforeseen(argv: list[str]) -> int:
    """Keep the trace under a reference number and say only that; with QIANTAI_DEBUG=1 show the trace."""
    number = secrets.token_hex(4)
    if os.environ.get("QIANTAI_DEBUG") == "1":
        traceback.print_exc()
    text = f"{datetime.now(timezone.utc).isoformat()} {number} {argv[:1]}\n{traceback.format_exc()}\n"
    for folder in (Path(os.environ.get("QIANTAI_VAR_DIR", "var")) / "log", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # For this user only, and no link that somebody laid in a shared folder: the text may hold what a customer wrote.
            handle = os.open(folder / "errors.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8") as log:
                log.write(text)
        except OSError:
            continue
        print(f"出了意料之外的错，编号 {number}；详情在 {folder / 'errors.log'} (unforeseen error, see this file)", file=sys.stderr)
        break
    return 3


if __name__ == "__main__":
    sys.exit(guarded(sys.argv[1:]))
