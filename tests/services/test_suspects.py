"""Lines that look mislabelled to models which have not seen them."""

from __future__ import annotations

import numpy as np
import pytest

from bot import taxonomy
from bot.services import suspects
from bot.services.suspects import CONFUSED, SUSPECT, Judged
from bot.training_data import Sentence

LABELS = taxonomy.load()
ABOUT = {
    "faq.invoice_howto": ("发票", "抬头", "税号"),
    "faq.tracking": ("快递", "物流", "包裹"),
    "case.counterfeit": ("假货", "仿品", "正品"),
}
ASKED = ("怎么弄", "几号能好", "在哪里看", "没看到呢", "麻烦说下", "要多久", "谁负责", "能快点吗")


@pytest.fixture(scope="module")
def sentences() -> list[Sentence]:
    """Three matters with words of their own; one question on an invoice stands under counterfeit."""
    rows = [(f"{word}{asked}", label) for label, words in ABOUT.items() for word in words for asked in ASKED]
    return [Sentence(text, label, "data/nlu/faq.yml", n) for n, (text, label) in enumerate([*rows, ("发票抬头和税号", "case.counterfeit")], 1)]


def test_a_line_under_the_wrong_label_is_found_with_the_label_it_looks_like(sentences: list[Sentence]) -> None:
    steps: list[str] = []
    judged = suspects.cross_validated(sentences, {"invoice": "发票"}, steps.append)
    assert judged.chances.shape == (len(sentences), 3) and np.allclose(judged.chances.sum(axis=1), 1)
    assert len(steps) == suspects.FOLDS
    found = suspects.suspects(sentences, judged, LABELS)
    assert [remark.kind for remark in found] == [SUSPECT]
    assert found[0].says.startswith(f"data/nlu/faq.yml:{len(sentences)}: “发票抬头和税号”标成 case.counterfeit（假货），看起来像 faq.invoice_howto（开发票，")
    assert "移到 faq.invoice_howto 下面" in found[0].says


def test_the_same_lines_are_judged_the_same_twice(sentences: list[Sentence]) -> None:
    one, other = (suspects.cross_validated(sentences, {"invoice": "发票"}, lambda _: None) for _ in range(2))
    assert np.array_equal(one.chances, other.chances)


def test_labels_that_are_confused_want_pairs_until_they_have_them() -> None:
    gift, broken = "faq.gift", "case.promise_broken"
    given = [Sentence(f"赠品{n}", (gift, broken)[n % 2], "x.yml", n) for n in range(12)]
    # Half of the gifts are taken for broken promises and the other way round.
    chances = np.array([[0.9, 0.1] if n < 6 else [0.1, 0.9] for n in range(12)])
    judged = Judged((broken, gift), chances)
    said = suspects.confusions(given, [], judged)
    assert [remark.kind for remark in said] == [CONFUSED]
    assert f"{broken} 和 {gift} 弄混 6 句，对照句 0 组" in said[0].says
    pairs = [Sentence("有赠品吗", gift, "c.yml", 1), Sentence("赠品没在", broken, "c.yml", 1)] * 5
    assert suspects.confusions(given, pairs, judged) == []
