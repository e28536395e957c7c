"""The model that the conversations run through: trained when data/ changed, loaded once per run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.model import JSON
from bot.services.in_force import InForce
from bot.services.work import Brain
from bot.settings import Settings, load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The project's own data and models."""
    return load({}, data_dir=ROOT / "data", model_dir=ROOT / "models")


@pytest.fixture(scope="session")
def in_force(settings: Settings) -> InForce:
    """The shipped playbooks."""
    return InForce(settings.data_dir)


@pytest.fixture(scope="session")
def brain(settings: Settings, in_force: InForce) -> Brain:
    """Rasa with the newest model, which is that of today's data."""
    command = [sys.executable, "-m", "bot", "train", "--if-changed"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    # Imported here: Rasa takes seconds, and collecting the tests should not.
    from actions.playbook import ActionPlaybook
    from bot.brain import agent

    agent.quiet()
    loaded = agent.Brain(settings.model_dir, agent.executor(ActionPlaybook(in_force.books)))
    loaded.load()
    return loaded


@pytest.fixture(scope="session")
def known_orders() -> dict[str, JSON]:
    """The named orders of orders.yml."""
    from talks import orders

    return orders()
