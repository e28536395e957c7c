"""Rasa and TensorFlow say much while they load that is not for the people who run a command."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


@contextmanager
def quietly() -> Iterator[None]:
    """No warnings of other people's old code while something of theirs is imported or loaded."""
    os.environ.update(ENVIRONMENT)
    with warnings.catch_warnings():
        # Not a filter: these libraries set filters of their own while they load.
        warnings.showwarning = lambda *_, **__: None
        yield
