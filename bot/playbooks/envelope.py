"""A decision as the JSON envelope that leaves Rasa, and back. Pure."""

from __future__ import annotations

from bot.model import JSON, Decision, HandOff, Line, Severity


def to_envelope(decision: Decision) -> JSON:
    """The public decision (architecture §7), the lines, the memory, and what a ticket needs."""
    hand_off = decision.hand_off
    return {
        "decision": {
            "label": decision.label,
            "label2": decision.label2,
            "confidence": round(decision.confidence, 4),
            "action": decision.action,
            "path": decision.path,
            "severity": decision.severity.value,
            "group": decision.group,
            "ask": list(decision.ask),
            "hand_off": {"group": hand_off.group, "reason": hand_off.reason, "ticket_id": None} if hand_off else None,
        },
        "lines": [{"text": line.text, "buttons": [list(button) for button in line.buttons]} for line in decision.lines],
        "events": list(decision.events),
        "ticket": decision.ticket,
        "matter": decision.matter,
        "rated": decision.rated,
    }


def from_envelope(envelope: JSON) -> Decision:
    """The decision that `to_envelope` was given."""
    public = envelope["decision"]
    hand_off = public["hand_off"]
    return Decision(
        action=public["action"],
        label=public["label"],
        label2=public["label2"],
        confidence=public["confidence"],
        path=public["path"],
        severity=Severity(public["severity"]),
        group=public["group"],
        ask=tuple(public["ask"]),
        hand_off=HandOff(hand_off["group"], hand_off["reason"]) if hand_off else None,
        lines=tuple(Line(row["text"], tuple((title, text) for title, text in row["buttons"])) for row in envelope["lines"]),
        events=tuple(envelope.get("events", ())),
        ticket=envelope["ticket"],
        matter=envelope["matter"],
        rated=envelope.get("rated"),
    )
