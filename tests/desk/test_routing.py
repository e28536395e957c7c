"""Every label to a group that the phase has."""

from __future__ import annotations

import pytest

from bot.desk.routing import route, staffed
from bot.taxonomy import load

TAXONOMY = load()


@pytest.mark.parametrize(
    ("label", "phase", "group"),
    [
        ("dispute.product_quality", "after_sales", "returns_refunds"),
        ("dispute.product_quality", "promotion", "reception"),
        ("case.not_received", "promotion", "reception"),
        ("case.out_of_stock", "promotion", "emergency"),
        ("case.out_of_stock", "after_sales", "exceptions"),
        ("faq.cancel_order", "after_sales", "reception"),
        ("faq.cancel_order", "promotion", "order_review"),
        ("dispute.escalation", "promotion", "supervisor"),
        ("dispute.escalation", "after_sales", "supervisor"),
        ("chat.human", "after_sales", "reception"),
        ("chat.greet", "promotion", "reception"),
        ("no.such_label", "promotion", "reception"),
    ],
)
def test_a_label_goes_to_its_group_or_the_fallback_of_the_phase(label: str, phase: str, group: str) -> None:
    assert route(TAXONOMY, label, phase) == group


@pytest.mark.parametrize("phase", ["promotion", "after_sales"])
def test_every_label_has_a_group_that_the_phase_has(phase: str) -> None:
    for label in TAXONOMY.labels:
        assert phase in TAXONOMY.groups[route(TAXONOMY, label, phase)].phases


def test_without_anybody_left_the_supervisor_takes_it() -> None:
    assert staffed(TAXONOMY, "exceptions", "holiday") == "supervisor"
    assert staffed(TAXONOMY, "nobody", "promotion") == "supervisor"
