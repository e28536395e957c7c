"""What a customer sees of each event, cell by cell: nothing of the desk's inside."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visitor_pages import OUT

from bot.gateway.visitor_views import VisitorView, shown
from bot.model import JSON
from bot.stores.events import PEOPLE

GROUPS = {"returns_refunds": "退货退款组"}
SECRET = "b1001-secret"
HEAD: JSON = {"v": 1, "no": 7, "at": "2026-11-11T00:00:03.120+00:00"}
DECISION: JSON = {
    "label": "dispute.product_quality", "label2": None, "confidence": 0.42, "action": "ask", "path": 3, "severity": "serious",
    "group": "returns_refunds", "ask": ["photos", "order_no"], "hand_off": None,
}  # fmt: skip
CELLS: list[tuple[JSON, JSON | None]] = [
    (
        {"type": "message", "by": "visitor", "text": "在吗", "client_id": "m1", "images": ["a.jpg", "[图片]"], "buyer_id": SECRET, "to": "bot"},
        {"kind": "message", "from": "me", "text": "在吗", "images": ["/uploads/a.jpg"], "client_id": "m1"},
    ),
    (
        {"type": "message", "by": "visitor", "text": "到哪了", "title": "查物流", "client_id": "m1", "images": [], "to": f"agent:{SECRET}"},
        {"kind": "message", "from": "me", "text": "到哪了", "title": "查物流", "images": [], "client_id": "m1"},
    ),
    (
        {"type": "say", "by": "bot", "turn": 1, "text": "您好", "buttons": [["查物流", "到哪了"]]},
        {"kind": "say", "from": "bot", "text": "您好", "images": [], "buttons": [["查物流", "到哪了"]]},
    ),
    (
        {"type": "say", "by": f"agent:{SECRET}", "name": "小林", "text": "我看看", "images": ["b.png"], "client_id": "s1"},
        {"kind": "say", "from": "agent", "name": "小林", "text": "我看看", "images": ["/uploads/b.png"], "buttons": []},
    ),
    (
        {"hook": "ticket.done", "type": "owner", "by": SECRET, "owner": "bot", "reason": "back_to_bot", "ticket": SECRET, "epoch": 3},
        {"kind": "owner", "owner": "bot", "name": None, "group": None, "reason": "back_to_bot"},
    ),
    ({"type": "notice", "by": "desk", "turn": 1, "text": "正在查看"}, {"kind": "notice", "text": "正在查看"}),
    ({"type": "decision", "by": "bot", "turn": 1, "decision": DECISION}, {"kind": "turn", "ask": ["photos", "order_no"], "action": "ask"}),
    ({"type": "decision", "by": "bot", "turn": 1, "decision": {"action": "internal"}}, None),
    (
        {"type": "owner", "by": SECRET, "owner": "queue:returns_refunds", "reason": "human", "ticket": SECRET, "epoch": 1, "passed": [1]},
        {"kind": "owner", "owner": "queue", "name": None, "group": "退货退款组", "reason": "human"},
    ),
    (
        {"type": "owner", "by": SECRET, "owner": f"agent:{SECRET}", "reason": f"他说{SECRET}", "ticket": "T1", "epoch": 2},
        {"kind": "owner", "owner": "agent", "name": "小林", "group": None, "reason": ""},
    ),
    (
        {"type": "owner", "by": SECRET, "owner": "closed", "reason": "closed", "ticket": "T1", "epoch": 3},
        {"kind": "owner", "owner": "closed", "name": None, "group": None, "reason": "closed", "summary": {"ticket": "T1"}},
    ),
    (
        {"type": "promise", "by": SECRET, "name": "小林", "id": "p1", "text": "今天退款", "due_at": None, "ticket": SECRET},
        {"kind": "promise", "id": "p1", "text": "今天退款", "text_en": "", "due_at": None, "done": False, "missed": False},
    ),
    (
        {"type": "promise_missed", "by": "watch", "id": "p1", "kind": "gift", "text": "今天退款", "due_at": None, "ticket": SECRET},
        {"kind": "promise", "id": "p1", "text": "今天退款", "text_en": "", "due_at": None, "done": False, "missed": True},
    ),
    (
        {"type": "promise_done", "by": SECRET, "id": "p1"},
        {"kind": "promise", "id": "p1", "text": "今天退款", "text_en": "", "due_at": None, "done": True, "missed": False},
    ),
    (
        {"type": "rated", "by": "visitor", "good": False, "reasons": ["slow"], "words": "慢", "ticket": SECRET},
        {"kind": "rated", "of": "agent", "good": False, "reasons": ["slow"], "words": "慢"},
    ),
    ({"type": "whisper", "by": SECRET, "name": "小林", "text": SECRET}, None),
    ({"type": "label", "by": SECRET, "label": SECRET, "was": SECRET}, None),
    ({"type": "evidence", "by": SECRET, "what": SECRET}, None),
    ({"type": "proof", "by": SECRET, "due_at": SECRET, "ticket": SECRET}, None),
    ({"type": "proof_due", "by": SECRET, "due_at": SECRET, "ticket": SECRET}, None),
    ({"type": "offer", "by": SECRET, "name": "小林", "text": SECRET, "note": SECRET, "amount_fen": 9000, "what": "asked", "ticket": SECRET}, None),
    ({"type": "ticket", "by": "watch", "ticket": SECRET, "what": "breached"}, None),
    ({"type": "plan", "by": SECRET, "name": SECRET, "ticket": SECRET, "what": "made", "words": SECRET, "deed": SECRET}, None),
    ({"type": "order", "by": SECRET, "what": "do_not_ship", "order_no": SECRET, "ticket": SECRET, "hook": "order.do_not_ship"}, None),
    ({"type": "something_new", "text": SECRET}, None),
]


class Lookups:
    """Answers as the record would."""

    async def agent_name(self, agent: str) -> str | None:
        return "小林" if agent == SECRET else None

    async def summary(self, ticket: str) -> JSON | None:
        return {"ticket": ticket}

    async def promise(self, conversation: str, promise: str) -> JSON | None:  # noqa: ARG002
        return {"id": promise, "text": "今天退款", "text_en": "", "due_at": None, "done": True}


@pytest.mark.parametrize(("event", "expected"), CELLS, ids=[str(event["type"]) for event, _ in CELLS])
async def test_each_event_shows_what_is_for_the_customer_and_no_more(event: JSON, expected: JSON | None) -> None:
    frames = await VisitorView(Lookups(), GROUPS).frames("c", [HEAD | event])
    assert frames == ([] if expected is None else [{"type": "event", "no": 7, "at": HEAD["at"], **expected}])
    assert SECRET not in json.dumps(frames)


def test_no_type_of_event_is_forgotten_here() -> None:
    types = {event["type"] for event, _ in CELLS}
    assert types >= PEOPLE | {"message", "say", "notice", "decision", "owner", "ticket"}


@given(st.sampled_from([event for event, _ in CELLS]), st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3))
def test_whatever_else_an_event_holds_what_is_shown_fits_the_schema(event: JSON, more: dict[str, Any]) -> None:
    frame = shown({**more, **HEAD, **event}, groups=GROUPS, name="小林")
    assert frame is None or not list(OUT.iter_errors(frame))
