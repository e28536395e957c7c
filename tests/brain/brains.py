"""The real Rasa with the shipped model, loaded once per run, and actions that go wrong on purpose."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from bot.playbooks.load import load_playbooks
from bot.playbooks.model import Playbooks
from bot.services.work import Brain

BROKEN = "坏"
"""A message with this character goes wrong in `a_brain` with a fault."""


@functools.cache
def playbooks() -> Playbooks:
    """The shipped ones."""
    return load_playbooks()


@functools.cache
def shipped_brain(model: Path) -> Brain:
    """Rasa with the newest model of `model`'s folder."""
    return a_brain(model.parent)


def a_brain(model_dir: Path, action: Any = None) -> Any:
    """Rasa with our action, or another one in its place."""
    # Imported here: Rasa takes seconds, and collecting the tests should not.
    from actions.playbook import ActionPlaybook
    from bot.brain import agent

    agent.quiet()
    brain = agent.Brain(model_dir, agent.executor(action or ActionPlaybook(playbooks())))
    brain.load()
    return brain


def faulty_action(fault: str) -> Any:
    """action_playbook that raises, or leaves no envelope, for messages with BROKEN; `tries` counts those."""
    from actions.playbook import ActionPlaybook

    class Faulty(ActionPlaybook):
        tries = 0

        def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
            if BROKEN not in (tracker.latest_message.get("text") or ""):
                return super().run(dispatcher, tracker, domain)
            self.tries += 1
            if fault == "raises":
                raise KeyError("what a customer wrote")
            return []

    return Faulty(playbooks())
