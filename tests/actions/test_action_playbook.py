"""action_playbook with a tracker built by hand, as the action server gets it."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import facts, understanding
from actions.playbook import ActionPlaybook
from bot.model import Decision, Facts, HandOff, Line, Severity
from bot.playbooks.envelope import from_envelope, to_envelope
from bot.taxonomy import OUT_OF_SCOPE
from tests.brain.brains import playbooks
from tests.stores.redis_builders import NOON


def a_message(label: str, text: str, **more: Any) -> dict[str, Any]:
    ranking = [{"name": label, "confidence": 0.97}, {"name": OUT_OF_SCOPE, "confidence": 0.01}]
    extra = {"label2": None, "p_claim": 0.0, "p_out_of_scope": 0.01, "tone": []}
    return {"text": text, "intent": ranking[0], "intent_ranking": ranking, "entities": [], "understanding": extra, **more}


def a_tracker(message: dict[str, Any], matter: Any = None) -> Tracker:
    return Tracker("c1", {"matter": matter}, message, [], False, None, {}, "action_listen")


def run(message: dict[str, Any], matter: Any = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(what was said, the events)"""
    dispatcher = CollectingDispatcher()
    events = ActionPlaybook(playbooks()).run(dispatcher, a_tracker(message, matter), {})
    return dispatcher.messages, events


def test_it_says_the_lines_leaves_one_envelope_and_remembers() -> None:
    messages, events = run(a_message("faq.tracking", "我的快递到哪了", metadata={"facts": Facts(now=NOON, orders_known=False)}))
    envelopes = [row["custom"]["envelope"] for row in messages if row.get("custom")]
    assert len(envelopes) == 1
    decision = from_envelope(envelopes[0])
    assert decision.label == "faq.tracking"
    assert [row["text"] for row in messages if row.get("text")] == [line.text for line in decision.lines]
    assert [(event["event"], event["name"], event["value"]) for event in events] == [("slot", "matter", decision.matter)]
    assert (decision.matter["v"], decision.matter["turns"]) == (1, 1)


def test_the_matter_of_the_turn_before_is_carried_on() -> None:
    _, first = run(a_message("faq.tracking", "我的快递到哪了"))
    _, second = run(a_message("chat.thanks", "谢谢"), first[0]["value"])
    assert second[0]["value"]["turns"] == 2


@pytest.mark.parametrize("matter", [None, {}, {"v": 99}, "broken", [1]])
def test_a_memory_that_cannot_be_read_is_an_empty_one(matter: Any) -> None:
    _, events = run(a_message("chat.greet", "在吗"), matter)
    assert events[0]["value"]["turns"] == 1


@pytest.mark.parametrize("metadata", [{}, {"metadata": None}, {"metadata": {}}, {"metadata": {"facts": {"now": "from outside"}}}])
def test_without_a_worker_only_the_time_is_known(metadata: dict[str, Any]) -> None:
    message = a_message("faq.tracking", "我的快递到哪了", **metadata)
    known = facts(message)
    assert (known.orders_known, known.orders, known.buyer_id, known.now.tzinfo is None) == (False, (), None, False)
    assert any(row.get("custom") for row in run(message)[0])


def test_a_message_that_nothing_understood_is_out_of_scope() -> None:
    known = understanding({"text": None, "intent": {"name": None}, "entities": [], "intent_ranking": []})
    assert (known.text, known.label, known.confidence) == ("", OUT_OF_SCOPE, 0.0)
    assert any(row.get("custom") for row in run({"text": "", "intent": {}, "entities": []})[0])


def test_the_playbooks_are_loaded_on_first_use() -> None:
    action = ActionPlaybook()
    assert action.playbooks is None
    action.run(CollectingDispatcher(), a_tracker(a_message("chat.greet", "在吗")), {})
    assert action.playbooks is not None
    assert action.name() == "action_playbook"


@pytest.mark.parametrize("hand_off", [None, HandOff("logistics", "claim")])
def test_a_decision_comes_through_the_envelope_unchanged(hand_off: HandOff | None) -> None:
    decision = Decision(
        action="hand_off" if hand_off else "ask",
        label="case.not_received",
        confidence=0.9876,
        lines=(Line("是哪一笔？", (("连衣裙", "订单 1"),)), Line("发我就行。")),
        label2="faq.tracking",
        severity=Severity.SERIOUS,
        group="logistics",
        path=2,
        ask=("order_no",),
        hand_off=hand_off,
        matter={"v": 1, "turns": 3},
        ticket={"label": "case.not_received"},
    )
    assert from_envelope(to_envelope(decision)) == decision
