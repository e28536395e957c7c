"""The worker's Rasa: the Agent with our processor and tracker store; one call is one turn; another live model is taken between turns."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa_sdk.executor import ActionExecutor

from bot.brain.processor import TurnChannel, TurnProcessor
from bot.brain.trackers import RedisTrackerStore
from bot.errors import BotError, ModelMissing
from bot.model import JSON, Facts
from bot.nlu import registry
from bot.nlu.understander import Understander

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
        self._refused: set[tuple[str, int]] = set()

    @property
    def model_name(self) -> str | None:
        """The file name of the model in use."""
        return self._loaded[0] if self._loaded else None

    def load(self) -> None:
        """Load the live model; if Rasa cannot, the newest that it can, for this process alone. ModelMissing when there is none."""
        found, _ = registry.live(self._model_dir, Understander.load, datetime.now(timezone.utc), lambda line: log.warning("live_model", said=line))
        others = [path for path in reversed(registry.archives(self._model_dir)) if path != found]
        for path in (found, *others):
            with suppress(ModelMissing):
                self._loaded = self._read(path)
                return
        raise ModelMissing(f"模型 {found} 读不出来，请重新运行 make train")

    async def take_live(self) -> bool:
        """Load the model that is live now beside the one in use, then take it; the old one stays when the new one cannot be read."""
        name = registry.live_name(self._model_dir)
        if name is None or name == self.model_name:
            return False
        try:
            path = self._model_dir / name
            if _state(path) in self._refused:
                return False
            self._loaded = await asyncio.to_thread(self._read, path)
        except (ModelMissing, FileNotFoundError):
            return False
        return True

    async def turn(self, conversation: str, text: str, facts: Facts, slots: JSON, events: tuple[str, ...] = ()) -> TurnResult:
        """One message through Rasa; an action's exception as it was, NoDecision when none left an envelope.

        `slots` carry all that a decision remembers; `events` (the stored history) are read only where a rule needs them.
        """
        if self._loaded is None:
            raise ModelMissing("模型还没有载入")
        _, processor, store = self._loaded
        unit = store.begin(conversation, slots, events)
        channel = TurnChannel()
        try:
            await processor.handle_message(UserMessage(escaped(text), channel, conversation, metadata={"facts": facts}))
        finally:
            store.end(conversation)
        if channel.failed is not None:
            raise channel.failed
        envelopes = [row["custom"]["envelope"] for row in channel.messages if "envelope" in (row.get("custom") or {})]
        if len(envelopes) != 1:
            raise NoDecision(f"{len(envelopes)} decisions for one message")
        return TurnResult(envelopes[0], unit.new_slots, unit.new_events)

    def _read(self, path: Path) -> tuple[str, TurnProcessor, RedisTrackerStore]:
        state = _state(path)
        store = RedisTrackerStore(None)
        agent = TurnAgent(tracker_store=store)
        try:
            agent.load_model(path)
        except Exception as error:
            # Rasa raises many kinds here: a torn archive, a component that is gone, another version's model.
            self._refused.add(state)  # Until the file is another: trying it every two seconds costs the turns.
            log.error("model_refused", model=path.name, error=type(error).__name__)
            raise ModelMissing(f"模型 {path} 读不出来（{type(error).__name__}），请重新运行 make train") from error
        assert isinstance(agent.processor, TurnProcessor)
        agent.processor.executor = self._executor
        agent.processor.tracker_store = store
        return path.name, agent.processor, store


def _state(path: Path) -> tuple[str, int]:
    return path.name, path.stat().st_mtime_ns


def escaped(text: str) -> str:
    """The text such that nobody types an intent: a leading slash becomes its full-width form (our normaliser reads both alike).

    Half a surrogate pair (a cut emoji) becomes `?`: the tracker's JSON cannot hold it.
    """
    whole = text.encode("utf-8", "replace").decode()
    bare = whole.lstrip()
    return "／" + bare[1:] if bare.startswith("/") else whole or " "


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
