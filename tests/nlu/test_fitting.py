"""Fitting on a few lines: the same lines give the same model, and what was written is what is read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.errors import BadInput
from bot.nlu import fitting, tone
from bot.nlu.fitting import Recipe
from bot.nlu.text import normalise
from bot.nlu.understander import Understander

LINES = [
    (text, label)
    for label, texts in {
        "faq.exchange": ["我想换货", "能换个大一码吗", "换个颜色可以吗", "换货怎么弄", "想换成黑色的"],
        "faq.tracking": ["快递到哪了", "物流到哪里了", "查一下快递", "我的快递什么时候到", "快递到了吗"],
        "case.counterfeit": ["你们卖假货", "这是假的吧", "假货骗人", "不是正品", "验出来是假货"],
        "out_of_scope": ["今天天气怎么样", "讲个笑话", "给我唱首歌", "你吃饭了吗", "股票涨了吗"],
    }.items()
    for text in texts
]
WORDS = {"exchange": "换货 换个 换成", "fake": "假货 正品 /假的/"}


def test_the_same_lines_give_the_same_model() -> None:
    one, other = fitting.fit(LINES, WORDS), fitting.fit(LINES, WORDS)
    assert np.array_equal(one.weights, other.weights)
    assert one.sharpness == other.sharpness


def test_a_saved_model_answers_as_before(tmp_path: Path) -> None:
    model = Understander(fitting.fit(LINES, WORDS), tone.build(tone.load()), 0.5)
    model.save(tmp_path)
    texts = ["想换货", "假货吧", "快递到哪了呀", "天气"]
    assert Understander.load(tmp_path).understand(texts) == model.understand(texts)
    assert not any(path.suffix in (".pkl", ".pickle", ".joblib") for path in tmp_path.iterdir())


def test_a_line_of_the_data_is_recognised_word_for_word_whatever_its_marks() -> None:
    fitted = fitting.fit([*LINES, ("量子", "faq.exchange")], WORDS, Recipe(exact_share=0.9))
    assert fitted.ranking(fitted.probabilities("量子!"), 1)[0][0] == "faq.exchange"
    assert fitted.probabilities("量子")[fitted.labels.index("faq.exchange")] >= 0.9


def test_probabilities_sum_to_one_and_claims_are_their_part() -> None:
    fitted = fitting.fit(LINES, WORDS)
    chances = fitted.probabilities("假货")
    assert chances.sum() == pytest.approx(1, abs=1e-5)
    assert fitted.p_claim(chances) == pytest.approx(float(chances[fitted.labels.index("case.counterfeit")]))
    assert fitted.p_out_of_scope(chances) == pytest.approx(float(chances[fitted.labels.index("out_of_scope")]))


def test_two_labels_and_one_line_each_can_be_fitted() -> None:
    fitted = fitting.fit([("换货", "faq.exchange"), ("假货", "case.counterfeit")], WORDS)
    assert fitted.ranking(fitted.probabilities("换货"), 1)[0][0] == "faq.exchange"


def test_folds_leave_every_line_out_once() -> None:
    seen = sorted(number for _, test in fitting.folds_fitted(LINES, WORDS, Recipe(folds=2), folds=4) for number in test)
    assert seen == list(range(len(LINES)))


def test_nonsense_counts_as_often_as_the_recipe_says() -> None:
    plain, more = (fitting.fit(LINES, WORDS, Recipe(nonsense=weight)) for weight in (1.0, 3.0))
    texts = ["歌", "换", "股票换了吗"]
    assert all(more.mixed(t)[more._out] == pytest.approx(3 * plain.mixed(t)[plain._out], rel=1e-5) for t in texts)
    assert all(more.mixed("换")[n] == pytest.approx(plain.mixed("换")[n]) for n in range(len(plain.labels)) if n != plain._out)


def test_an_explanation_names_the_lines_and_words_that_spoke() -> None:
    model = Understander(fitting.fit(LINES, WORDS), tone.build(tone.load()), 0.5)
    told = model.explain(normalise("换货怎么弄呀"), "faq.exchange", 3)
    text, label, near = told["nearest"][0]
    assert (text, label) == ("换货怎么弄", "faq.exchange")
    assert 0.5 < near <= 1
    weights = dict(told["words"])
    assert weights["#exchange"] > 0, "a class of words.yml"
    assert weights["换"] > 0
    assert len(told["words"]) <= 6


def test_without_votes_there_is_no_encoder_and_no_neighbour() -> None:
    linear = fitting.fit(LINES, WORDS, Recipe(vote=0))
    assert linear.encoder is None
    assert linear.nearest("换货", 3) == []
    assert linear.ranking(linear.probabilities("换货"), 1)[0][0] == "faq.exchange"


def test_a_label_with_one_line_cannot_be_cross_validated_and_is_named() -> None:
    with pytest.raises(BadInput, match=r"faq\.gift 只有一句"):
        list(fitting.folds_fitted([*LINES, ("有赠品吗", "faq.gift")], WORDS, Recipe(vote=0)))
