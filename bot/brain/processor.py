"""Rasa's processor with the actions in the process: no HTTP, no schema check on each call, no session bookkeeping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action, RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name
from rasa_sdk.executor import ActionExecutor

from bot.brain.events import SHORT
from bot.brain.runner import InOrderGraphRunner

FINAL_ACTION = "action_playbook"


class TurnChannel(CollectingOutputChannel):  # type: ignore[misc]
    """What one turn said, or the exception that its action ended with."""

    failed: Exception | None = None


class InProcessAction(Action):
    """One of our rasa-sdk actions, run by rasa-sdk's executor in this process.

    Rasa's RemoteAction checks its JSON schema anew on each call (24 ms); this one hands the values over as they are.
    """

    def __init__(self, name: str, executor: ActionExecutor) -> None:
        self._name = name
        self._executor = executor

    def name(self) -> str:
        """The action's name."""
        return self._name

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
        metadata: dict[str, Any] | None = None,
    ) -> list[Event]:
        """What the action said and changed, as Rasa's events."""
        latest = tracker.latest_message
        parse = dict(latest.parse_data or {}) if latest else {}
        parse["metadata"] = latest.metadata if latest else {}
        call = {
            "next_action": self._name,
            "sender_id": tracker.sender_id,
            "tracker": {
                "sender_id": tracker.sender_id,
                "slots": tracker.current_slot_values(),
                "latest_message": parse,
                "events": [],
                "paused": False,
                "followup_action": None,
                "active_loop": {},
                "latest_action_name": tracker.latest_action_name,
            },
            "domain": {},
        }
        try:
            answer = await self._executor.run(call) or {}
        except Exception as error:
            # Rasa would log the error with its text, which may be a customer's words, and go on; the turn raises it instead.
            if not isinstance(output_channel, TurnChannel):
                raise
            output_channel.failed = error
            return []
        said: list[Event] = [
            BotUttered(row.get("text"), {"buttons": row.get("buttons") or None, "custom": row.get("custom") or None})
            for row in answer.get("responses", [])
        ]
        return said + [event for row in answer.get("events", []) for event in _read(row)]


def _read(row: dict[str, Any]) -> list[Event]:
    kind = SHORT.get(row.get("event", ""))
    return [kind._from_parameters(row)] if kind else list(deserialise_events([row]))


class IntentRules(RulePolicy):
    """RulePolicy without its first pass, which looks for rules that name whole messages; data/rules.yml has none."""

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        if use_text_for_last_user_input:
            return None, None, False
        found: tuple[str | None, str | None, bool] = super()._find_action_from_rules(tracker, domain, False)
        return found


class TurnProcessor(MessageProcessor):
    """Handles a message as Rasa does, with our actions in the process."""

    executor: ActionExecutor | None = None

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        """Rasa's loading, with our runner for the graph."""
        with TempDirectoryPath(get_temp_dir_name()) as folder:
            metadata, runner = load_predict_graph_runner(Path(folder), Path(model_path), LocalModelStorage, InOrderGraphRunner)
        for component in runner.components():
            if type(component) is RulePolicy:
                component.__class__ = IntentRules
        return Path(model_path).name, metadata, runner

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        # `validate` and the tests hold domain.yml to the taxonomy; Rasa builds an empty domain for each message to compare with.
        return

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> tuple[Action, PolicyPrediction]:
        """Rasa's choice, with our own action where it would call the action server."""
        action, prediction = super().predict_next_with_tracker_if_should(tracker)
        if self.executor is not None and isinstance(action, RemoteAction) and action.name() in self.executor.actions:
            action = InProcessAction(action.name(), self.executor)
        return action, prediction

    @staticmethod
    def should_predict_another_action(action_name: str) -> bool:
        """No second prediction after our action: it ends the turn, and asking the policy for `listen` costs as much as the decision."""
        return action_name != FINAL_ACTION and MessageProcessor.should_predict_another_action(action_name)

    async def run_action_extract_slots(self, output_channel: OutputChannel, tracker: DialogueStateTracker) -> DialogueStateTracker:
        # Our slots are set by action_playbook alone (mapping `custom`): there is nothing to extract.
        return tracker

    async def _update_tracker_session(
        self, tracker: DialogueStateTracker, output_channel: OutputChannel, metadata: dict[str, Any] | None = None
    ) -> None:
        # Sessions do not expire here, and the facts of the turn must not become a slot.
        return
