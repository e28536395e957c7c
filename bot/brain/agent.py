"""The worker's Rasa: the Agent with our processor and tracker store; one call is one turn; a newer model is taken between turns."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.model import get_latest_model
from rasa_sdk.executor import ActionExecutor

from bot.brain.processor import TurnProcessor
from bot.brain.trackers import RedisTrackerStore
from bot.errors import BotError, ModelMissing
from bot.model import JSON, Facts

log = structlog.get_logger(__name__)


class NoDecision(BotError):
    """The turn ended without an envelope: a failure, never silence."""

    code = "no_decision"


@dataclass(frozen=True)
class TurnResult:
    """What Rasa made of one message: the decision envelope and the tracker's part of the commit."""

    envelope: JSON
    slots: JSON
    events: list[str]


class TurnAgent(Agent):
    """Rasa's Agent whose processor runs our actions in the process."""

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Load the model; `processor` is ours."""
        self.processor = TurnProcessor(
            model_path=model_path, tracker_store=self.tracker_store, lock_store=self.lock_store, generator=self.nlg
        )
        self.domain = self.processor.domain
        self.tracker_store.domain = self.domain


class Brain:
    """Loads models and runs turns; not shared between processes."""

    def __init__(self, model_dir: Path, executor: ActionExecutor) -> None:
        self._model_dir = model_dir
        self._executor = executor
        self._loaded: tuple[str, TurnProcessor, RedisTrackerStore] | None = None

    @property
    def model_name(self) -> str | None:
        """The file name of the model in use."""
        return self._loaded[0] if self._loaded else None

    def load(self) -> None:
        """Load the newest model; ModelMissing when there is none or it cannot be read."""
        path = get_latest_model(str(self._model_dir))
        if not path:
            raise ModelMissing(f"{self._model_dir}/ 里没有训练好的模型，请先运行 make train")
        self._loaded = self._read(path)

    async def take_newer(self) -> bool:
        """Load a newer model beside the one in use, then take it; the old one stays when the new one cannot be read."""
        path = get_latest_model(str(self._model_dir))
        if not path or Path(path).name == self.model_name:
            return False
        try:
            self._loaded = await asyncio.to_thread(self._read, path)
        except ModelMissing as error:
            log.error("model_refused", model=Path(path).name, error=str(error))
            return False
        return True

    async def turn(self, conversation: str, text: str, facts: Facts, slots: JSON, events: tuple[str, ...] = ()) -> TurnResult:
        """One message through Rasa; NoDecision when no action left an envelope.

        `slots` carry all that a decision remembers; `events` (the stored history) are read only where a rule needs them.
        """
        if self._loaded is None:
            raise ModelMissing("模型还没有载入")
        _, processor, store = self._loaded
        unit = store.begin(conversation, slots, events)
        channel = CollectingOutputChannel()
        try:
            await processor.handle_message(UserMessage(escaped(text), channel, conversation, metadata={"facts": facts}))
        finally:
            store.end(conversation)
        envelopes = [row["custom"]["envelope"] for row in channel.messages if "envelope" in (row.get("custom") or {})]
        if len(envelopes) != 1:
            raise NoDecision(f"{len(envelopes)} decisions for one message")
        return TurnResult(envelopes[0], unit.new_slots, unit.new_events)

    def _read(self, path: str) -> tuple[str, TurnProcessor, RedisTrackerStore]:
        store = RedisTrackerStore(None)
        agent = TurnAgent(tracker_store=store)
        try:
            agent.load_model(path)
        except Exception as error:
            # Rasa raises many kinds here: a torn archive, a component that is gone, another version's model.
            raise ModelMissing(f"模型 {path} 读不出来（{type(error).__name__}），请重新运行 make train") from error
        assert isinstance(agent.processor, TurnProcessor)
        agent.processor.executor = self._executor
        agent.processor.tracker_store = store
        return Path(path).name, agent.processor, store


def escaped(text: str) -> str:
    """The text such that nobody types an intent: a leading slash becomes its full-width form (our normaliser reads both alike)."""
    bare = text.lstrip()
    return "／" + bare[1:] if bare.startswith("/") else text or " "


def executor(*actions: Any) -> ActionExecutor:
    """rasa-sdk's executor with the classes of actions/; an instance takes the place of its class."""
    import actions as package

    made = ActionExecutor()
    made.register_package(package)
    for action in actions:
        made.register_action(action)
    return made


def quiet() -> None:
    """Rasa's own loggers say only what went wrong."""
    for name in ("rasa", "rasa_sdk", "tensorflow"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Rasa formats its debug lines even when nobody reads them, unless structlog filters them first.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))


