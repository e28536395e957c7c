"""Where an error came from, for the log: kinds and lines of code, never its text or its values, which may be a customer's words. Pure."""

from __future__ import annotations

import traceback
from pathlib import Path

FRAMES = 6


def where(error: BaseException) -> str:
    """`KeyError < playbook.py:38 run < processor.py:60 run < …`, the innermost place first."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
    return " < ".join([type(error).__name__, *places])
