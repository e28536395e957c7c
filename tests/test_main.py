"""The command line: exit codes, sentences instead of traces, and a quick list of commands."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot import __main__ as entry
from bot.errors import BadInput, DataError
from bot.settings import Settings

ROOT = Path(__file__).parent.parent


def bot(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bot", *words], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Traces of these tests stay out of the project's var/."""
    monkeypatch.setenv("QIANTAI_VAR_DIR", str(tmp_path))
    monkeypatch.delenv("QIANTAI_DEBUG", raising=False)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception | int | type[BaseException]], int]:
    """Runs a command that ends in the given way; its exit code."""

    def ends(how: Exception | int | type[BaseException]) -> int:
        def run(_args: argparse.Namespace, _settings: Settings) -> int:
            if isinstance(how, int):
                return how
            raise how

        module = SimpleNamespace(HELP="x", arguments=lambda _parser: None, run=run)
        monkeypatch.setattr(entry.importlib, "import_module", lambda _name: module)
        return entry.guarded(["phase"])

    return ends


def test_every_command_of_the_table_exists_and_has_a_line_of_help() -> None:
    listed = {line.split()[0]: line.split(maxsplit=1)[1:] for line in entry.overview().splitlines()[2:]}
    assert list(listed) == list(entry.COMMANDS)
    assert all(listed.values())


def test_the_list_of_commands_loads_no_rasa() -> None:
    code = "import sys; from bot.__main__ import overview; overview(); print({'rasa', 'tensorflow', 'aiohttp'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout == "set()\n"


@pytest.mark.parametrize("name", entry.COMMANDS)
def test_every_command_has_help_of_its_own(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        entry.guarded([name, "--help"])
    assert ended.value.code == 0
    assert f"python -m bot {name}" in capsys.readouterr().out


def test_a_misspelt_command_is_guessed() -> None:
    ended = bot("gatewey")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "gateway" in ended.stderr


def test_a_known_error_is_its_sentence_and_exit_code_2(command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert command(BadInput("没有这个阶段")) == 2
    assert capsys.readouterr().err == "没有这个阶段\n"


def test_problems_in_the_data_are_all_said_with_exit_code_1(command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert command(DataError(["甲不对", "乙不对"])) == 1
    assert capsys.readouterr().err == "甲不对\n乙不对\n"


def test_the_exit_code_of_a_command_is_passed_on(command: Callable[..., int]) -> None:
    assert (command(0), command(1)) == (0, 1)


def test_ctrl_c_is_exit_code_130(command: Callable[..., int]) -> None:
    assert command(KeyboardInterrupt) == 130


def test_the_unforeseen_is_a_number_on_the_screen_and_a_trace_in_the_log(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert command(RuntimeError("the visitor wrote 13800138000")) == 3
    shown = capsys.readouterr().err
    log = (tmp_path / "log" / "errors.log").read_text()
    assert "13800138000" not in shown
    assert "Traceback" not in shown
    assert "RuntimeError" in log
    number = shown.split("编号 ")[1].split("；")[0]
    assert number in log
    assert (tmp_path / "log" / "errors.log").stat().st_mode & 0o077 == 0


def test_a_link_laid_under_the_name_of_the_trace_is_not_followed(
    command: Callable[..., int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "errors.log").symlink_to(other)
    monkeypatch.setattr(entry.tempfile, "gettempdir", lambda: str(tmp_path))
    assert command(RuntimeError("x")) == 3
    assert not other.exists()
    assert "RuntimeError" in (tmp_path / "errors.log").read_text()


def test_a_wrong_setting_is_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("QIANTAI_PORT", "eighty")
    assert entry.guarded(["up"]) == 2
    assert "QIANTAI_PORT" in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_error() -> None:
    # stdout is a pipe whose reader is gone before the first line.
    code = (
        "import os, sys; r, w = os.pipe(); os.dup2(w, 1); os.close(r)\n"
        "from bot.__main__ import guarded; sys.exit(guarded(['--help']))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
