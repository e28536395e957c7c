"""The model that the conversations run through: trained when data/ changed, loaded once per run."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model import JSON
from bot.services.in_force import InForce
from bot.services.work import Brain
from bot.settings import Settings, load

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def settings(model_path: Path) -> Settings:
    """The project's own data, and the model of today's data."""
    return load({}, data_dir=ROOT / "data", model_dir=model_path.parent)


@pytest.fixture(scope="session")
def in_force(settings: Settings) -> InForce:
    """The shipped playbooks."""
    return InForce(settings.data_dir)


@pytest.fixture(scope="session")
def brain(settings: Settings, in_force: InForce) -> Brain:
    """Rasa with the model of today's data."""
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
