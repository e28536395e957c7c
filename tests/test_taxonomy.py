"""The taxonomy file and its reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import taxonomy
from bot.errors import DataError

# The contract: data, code, reports and other systems use these names and no others.
CONTRACT = """
faq.return_process faq.return_conditions faq.return_address faq.exchange faq.refund_process faq.refund_timing faq.refund_urge faq.refund_edit
faq.shipping_time faq.shipping_urge faq.presale faq.tracking faq.carrier faq.change_order faq.cancel_order faq.intercept faq.return_freight_policy
faq.invoice_howto faq.promo_howto faq.price_protection faq.gift faq.warranty faq.installation faq.receiving_check faq.product_question
dispute.product_quality dispute.product_description dispute.product_function dispute.shipping_delay dispute.logistics_stalled
dispute.return_inspection dispute.return_freight dispute.promo_rules dispute.price_difference dispute.invoice dispute.escalation
case.wrong_or_missing_item case.damaged_on_arrival case.not_received case.refund_overdue case.promise_broken case.counterfeit case.out_of_stock
case.payment_or_system case.privacy case.service_complaint
chat.greet chat.goodbye chat.thanks chat.affirm chat.deny chat.human chat.bot_challenge chat.inform_order chat.abuse
out_of_scope
""".split()


def test_the_labels_of_the_contract_are_there_in_its_order() -> None:
    # A shop may add labels of its own (`python -m bot label add`); those that others rely on stay.
    assert [label for label in taxonomy.load().labels if label in CONTRACT] == CONTRACT


def test_every_claim_has_a_group_and_every_label_a_chinese_name() -> None:
    labels = taxonomy.load().labels.values()
    assert all(label.zh for label in labels)
    assert [label.name for label in labels if label.is_claim and not label.group] == []


def test_families_and_short_names() -> None:
    read = taxonomy.load()
    assert read.family("out_of_scope") == "out_of_scope"
    assert read.labels["dispute.return_freight"].short == "return_freight"
    assert [label.name for label in read.of_family("out_of_scope")] == ["out_of_scope"]


def test_unknown_groups_and_phases_are_all_named_at_once() -> None:
    raw = {
        "groups": {"reception": {"zh": "接待组", "phase": ["christmas"]}},
        "faq": {"exchange": {"zh": "换货", "group": "nobody"}},
        "dispute": {}, "case": {}, "chat": {}, "out_of_scope": {"zh": "无关"},
        "fallback_group": {"reception": "ghosts"},
    }
    with pytest.raises(DataError) as caught:
        taxonomy.read(raw)
    assert len(caught.value.problems) == 3
    assert all(word in str(caught.value) for word in ("christmas", "nobody", "ghosts"))


def test_a_missing_or_broken_file_is_said_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="没有这个文件"):
        taxonomy.load(tmp_path)
    (tmp_path / "taxonomy.yml").write_text("a: [1", encoding="utf-8")
    with pytest.raises(DataError, match="YAML"):
        taxonomy.load(tmp_path)


def test_rows_of_the_wrong_shape_are_named_and_crash_nothing() -> None:
    raw = {"groups": {"reception": "接待组", "night": {"zh": "夜班", "phase": "promotion"}}, "fallback_group": ["x"], "out_of_scope": {"zh": "无关"}}
    with pytest.raises(DataError) as caught:
        taxonomy.read(raw | {"faq": {"gift": None}, "dispute": {}, "case": {}, "chat": {}})
    assert [problem.split(": ")[1].split(" ")[0] for problem in caught.value.problems] == ["groups.reception", "faq.gift", "groups.night", "fallback_group"]
