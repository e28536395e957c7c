"""scripts/browser.sh: a name on the path is believed only when a browser answers to it; on a machine without any the way out is said."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.web.test_pages_script import ROOT, a_tool


def test_what_only_tells_where_a_browser_would_be_is_passed_over(tmp_path: Path) -> None:
    # As Ubuntu's: a script that says to install a snap.
    a_tool(tmp_path, "chromium", "echo 'Command requires the chromium snap to be installed.' >&2\nexit 10")
    a_tool(tmp_path, "google-chrome", "echo Google Chrome 150.0.1")
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(["scripts/browser.sh"], cwd=ROOT, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path}/google-chrome\n"), done.stderr


@pytest.mark.parametrize(
    ("installing", "words"),
    [
        ("echo Failed to download >&2\nexit 1", ("Failed to download", "没有找到 Chromium", "PATH")),
        ("exit 0", ("playwright install-deps chromium", "起不来")),
    ],
)
def test_without_root_and_without_a_browser_the_reason_and_the_way_out_are_said(
    tmp_path: Path, installing: str, words: tuple[str, ...]
) -> None:
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    tools = tmp_path / "tools"
    a_tool(tools, "id", "echo 1000")
    for name in ("bash", "dirname", "grep", "tail", "mktemp", "rm", "flock"):
        (tools / name).symlink_to(str(shutil.which(name)))
    (tmp_path / ".venv").mkdir()
    a_tool(tmp_path / ".venv/bin", "python", installing)
    # No HOME either: services and some containers have none.
    done = subprocess.run([tmp_path / "scripts/browser.sh"], env={"PATH": str(tools)}, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert all(word in done.stderr for word in (*words, "make test ARGS=--ignore=tests/browser")), done.stderr


def test_the_way_out_needs_no_browser() -> None:
    # Without what the `make test` that runs us was given.
    env = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "ARGS")}

    def steps(*arguments: str) -> str:
        return subprocess.run(["make", "-n", "test", *arguments], cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout

    assert "scripts/browser.sh" in steps()
    assert "scripts/browser.sh" not in steps("ARGS=--ignore=tests/browser")
