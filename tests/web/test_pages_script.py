"""`make pages` on a machine whose Node is too old, with a mistake in a page, without the network."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, pages: Path) -> Path:
    """The scripts and the pages' sources in a folder of their own, with our environment and packages; nothing built."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    shutil.copytree(ROOT / "bot/web", tmp_path / "bot/web", ignore=shutil.ignore_patterns("node_modules", "dist"))
    (tmp_path / "bot/web/node_modules").symlink_to(ROOT / "bot/web/node_modules")
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path


def a_tool(folder: Path, name: str, body: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def run(project: Path, first_on_path: Path | None = None) -> subprocess.CompletedProcess[str]:
    path = os.environ["PATH"] if first_on_path is None else f"{first_on_path}:{os.environ['PATH']}"
    return subprocess.run([project / "scripts/pages.sh"], env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=300)


def test_an_old_node_gives_way_to_the_one_in_the_environment_and_a_second_run_does_nothing(project: Path) -> None:
    tools = project / "tools"
    # What `node -e` does in a shim without a Node behind it.
    a_tool(tools, "node", "exit 127")
    a_tool(tools, "npm", "exit 127")
    first = run(project, tools)
    assert first.returncode == 0, first.stderr
    dist = project / "bot/web/dist"
    assert {"index.html", "desk.html", "demo.html", "widget.js"} <= {path.name for path in dist.iterdir()}
    made = (dist / "index.html").stat().st_mtime_ns
    again = run(project, tools)
    assert (again.returncode, again.stderr) == (0, "")
    assert (dist / "index.html").stat().st_mtime_ns == made


def test_a_mistake_in_a_page_is_shown_with_the_way_out_until_it_is_mended(project: Path) -> None:
    page = project / "bot/web/src/chat/main.ts"
    page.write_text("import './nowhere'\n", encoding="utf-8")
    for _ in range(2):
        done = run(project)
        assert done.returncode == 2
        assert "nowhere" in done.stderr
        assert "网页没有建成" in done.stderr


def test_packages_that_cannot_be_fetched_are_tried_for_twice_and_the_way_out_is_said(project: Path) -> None:
    (project / "bot/web/node_modules").unlink()
    asked = project / "asked"
    # npm itself, sent to a port where nobody listens, with nothing in its store; it counts how often it was called.
    env = {"npm_config_registry": "http://127.0.0.1:9", "npm_config_cache": str(project / "empty"), "npm_config_fetch_retries": "0"}
    a_tool(project / "tools", "npm", f'[ "$1" = --version ] || echo x >>{asked}\nexec {shutil.which("npm")} "$@"')
    path = f"{project / 'tools'}:{os.environ['PATH']}"
    done = subprocess.run([project / "scripts/pages.sh"], env=os.environ | env | {"PATH": path}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2, done.stderr
    assert asked.read_text(encoding="utf-8") == "x\nx\n"
    assert "npm config get proxy" in done.stderr
