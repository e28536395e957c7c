"""The phase in force: the one answer that worker, watch, gateway and desk act by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.desk.phases import AUTO, MANUAL, InForce, ahead, in_force
from bot.desk.staffing import Ahead
from bot.model import JSON
from bot.services.desk_rules import DeskRules
from bot.stores.record import Record
from bot.stores.values import Chosen

__all__ = ["AUTO", "PhaseNow", "Phases"]


@dataclass(frozen=True)
class PhaseNow:
    """The phase, why it holds and until when; who chose last, and when (None: nobody ever did)."""

    found: InForce
    ahead: Ahead
    """What the calendar brings next."""
    chosen: Chosen | None = None

    @property
    def phase(self) -> str:
        """Its name."""
        return self.found.phase

    def to_json(self) -> JSON:
        """{"phase", "by", "at", "why", "until"}; `by` and `at` are of a phase that was set by hand."""
        hand = self.chosen if self.found.why == MANUAL else None
        return {
            "phase": self.phase, "by": hand.by if hand else None, "at": hand.at.isoformat() if hand else None, "why": self.found.why,
            "until": self.found.until.isoformat() if self.found.until else None,
        }  # fmt: skip


class Phases:
    """Reads the choice of the hand and decides with the calendar in force."""

    def __init__(self, record: Record, rules: Callable[[], DeskRules]) -> None:
        self._record, self._rules = record, rules

    async def now(self, now: datetime) -> PhaseNow:
        """The phase at this moment. StoreDown."""
        return self.decided(await self._record.chosen_phase(), now)

    async def choose(self, phase: str, by: str, now: datetime) -> PhaseNow:
        """A phase by hand, or AUTO: in force at once, for every process. BadInput, StoreDown."""
        return self.decided(await self._record.choose_phase(phase, by, now=now), now)

    def without_store(self, now: datetime) -> PhaseNow:
        """What holds as far as the data tell: for pages that must answer while Redis is away."""
        return self.decided(None, now)

    def decided(self, chosen: Chosen | None, now: datetime) -> PhaseNow:
        """The phase that follows from this choice."""
        rules = self._rules()
        about = (rules.calendar, chosen.phase if chosen else None, rules.staffing.default_phase, now)
        return PhaseNow(in_force(*about), ahead(*about), chosen)
