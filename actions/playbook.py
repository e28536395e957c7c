"""action_playbook: takes the playbook of the message's label one step."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.context import facts, understanding
from bot import settings
from bot.playbooks.engine import decide
from bot.playbooks.envelope import to_envelope
from bot.playbooks.load import load_playbooks
from bot.playbooks.model import Playbooks


class ActionPlaybook(Action):
    """Says the decision's lines and leaves one envelope for the service that applies it."""

    def __init__(self, playbooks: Playbooks | None = None) -> None:
        self.playbooks = playbooks

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_playbook"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """The lines as messages, the envelope as custom data, the memory as slot `matter`."""
        if self.playbooks is None:
            self.playbooks = load_playbooks(settings.load().data_dir)
        latest = tracker.latest_message
        decision = decide(understanding(latest), facts(latest), self.playbooks, tracker.get_slot("matter"))
        for line in decision.lines:
            dispatcher.utter_message(text=line.text, buttons=[{"title": title, "payload": text} for title, text in line.buttons])
        dispatcher.utter_message(json_message={"envelope": to_envelope(decision)})
        return [SlotSet("matter", decision.matter)]
