"""scripts/browser.sh: a name on the path is believed only when a browser answers to it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.web.test_pages_script import ROOT, a_tool


def test_what_only_tells_where_a_browser_would_be_is_passed_over(tmp_path: Path) -> None:
    # As Ubuntu's: a script that says to install a snap.
    a_tool(tmp_path, "chromium", "echo 'Command requires the chromium snap to be installed.' >&2\nexit 10")
    a_tool(tmp_path, "google-chrome", "echo Google Chrome 150.0.1")
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(["scripts/browser.sh"], cwd=ROOT, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path}/google-chrome\n"), done.stderr
