"""How grave a matter is: the playbook's level, raised by threats, harm and anger (playbook §7). Pure."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bot.model import Severity

ALWAYS_SERIOUS = frozenset({"dispute.escalation", "case.privacy"})
GOODS = frozenset(
    {
        "dispute.product_quality",
        "dispute.product_description",
        "dispute.product_function",
        "case.damaged_on_arrival",
        "case.wrong_or_missing_item",
        "case.counterfeit",
    }
)
"""Claims about the goods themselves: only there do words such as 过期 or 发霉 speak of harm, not of a coupon."""
ANGER = frozenset({"insult", "capitals"})


def is_harm(label: str, tone: AbstractSet[str]) -> bool:
    """Whether the goods hurt somebody or may: injury, fire, spoilt food."""
    return "safety" in tone and label in GOODS


def severity(base: Severity, label: str, tone: AbstractSet[str]) -> Severity:
    """The level of a claim; questions keep `base`. Anger raises by one step, threats and harm to serious."""
    if label in ALWAYS_SERIOUS:
        return Severity.SERIOUS
    if label == "chat.abuse" and tone & ANGER:
        return Severity.SERIOUS
    if not label.startswith(("dispute.", "case.")):
        return base
    if "threat" in tone or is_harm(label, tone):
        return Severity.SERIOUS
    if tone & ANGER:
        return Severity.NORMAL if base is Severity.MINOR else Severity.SERIOUS
    return base
