"""What became of each visitor message, read from a conversation's events: the ledger's arithmetic. Pure.

A message has exactly one fate: answered by a decision of its turn, passed to people unanswered, or written while people
(a queue, an agent) had the conversation. Without one it is in the mailbox, or lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.model import CLOSED, JSON

NAMES = ("accepted", "answered", "queued", "owned", "closed")


@dataclass
class Fates:
    """Message numbers, each with the fates found for it; and what the events themselves get wrong."""

    of: dict[int, list[str]] = field(default_factory=dict)
    orphans: list[int] = field(default_factory=list)
    """Numbers that are answered or passed without having been written."""
    twice: list[int] = field(default_factory=list)
    """Messages whose client_id an earlier one had."""
    gaps: list[int] = field(default_factory=list)
    """Numbers at which the log jumps."""

    def sums(self, up_to: int | None = None) -> dict[str, int]:
        """How many were accepted, and how many met each fate, of those numbered up to `up_to`."""
        counted: Counter[str] = Counter()
        for no, found in self.of.items():
            if up_to is None or no <= up_to:
                counted["accepted"] += 1
                counted.update(found)
        return {name: counted[name] for name in NAMES if counted[name]}


def kind(owner: str) -> str:
    """The ledger's word for a message that an owner other than the bot has."""
    if owner == CLOSED:
        return "closed"
    return "queued" if owner.startswith("queue:") else "owned"


def fates(events: Iterable[JSON], trimmed: int = 0) -> Fates:
    """Read the events after number `trimmed`, oldest first."""
    result, clients, last = Fates(), set[str](), trimmed
    for event in events:
        no = event["no"]
        if no != last + 1:
            result.gaps.append(no)
        last = no
        if event["type"] == "message":
            result.of[no] = [] if event["to"] == "bot" else [kind(event["to"])]
            if event["client_id"] in clients:
                result.twice.append(no)
            clients.add(event["client_id"])
        elif event["type"] == "decision":
            _note(result, event["turn"], "answered", trimmed)
        elif event["type"] == "owner":
            for number in event["passed"]:
                _note(result, number, kind(event["owner"]), trimmed)
    return result


def _note(result: Fates, no: int, fate: str, trimmed: int) -> None:
    if no in result.of:
        result.of[no].append(fate)
    elif no > trimmed:
        result.orphans.append(no)
