"""A new label stands in every file that must know it, or in none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot import taxonomy, training_data
from bot.errors import BadInput
from bot.services import new_label
from bot.services.new_label import NewLabel
from bot.services.validate import problems

SIZES = NewLabel("faq.size_chart", "尺码表", "reception", "问尺码表: 在哪看、怎么量 # 穿多大")
CHANGED = ("data/taxonomy.yml", "domain.yml", "data/rules.yml", "data/nlu/{family}.yml")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of what trainers own."""
    shutil.copytree("data", tmp_path / "data")
    shutil.copy("domain.yml", tmp_path)
    return tmp_path


def texts(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    "label",
    [
        SIZES,
        NewLabel("dispute.recall", "召回争议", "supervisor", "产品召回", "商品问题"),
        NewLabel("case.lost_key", "丢钥匙/锁", "exceptions", '说"锁"打不开'),
        NewLabel("chat.joke", "玩笑", None, "说笑话"),
    ],
    ids=lambda label: label.name,
)
def test_lines_are_added_and_nothing_else_changes(root: Path, label: NewLabel) -> None:
    before = texts(root)
    new_label.add(label, root / "data", root)
    after = texts(root)
    for name in (name.format(family=label.family) for name in CHANGED):
        old, new = before[name].splitlines(), after[name].splitlines()
        count = len(new) - len(old)
        assert 0 < count <= 4, name
        assert any(new[:at] + new[at + count :] == old for at in range(len(old) + 1)), name
    playbook = f"data/playbooks/{label.family}/{label.short}.yml"
    assert {name for name in after if after[name] != before.get(name)} == {*(n.format(family=label.family) for n in CHANGED), playbook}
    read = taxonomy.load(root / "data").labels[label.name]
    assert (read.zh, read.group, read.about, read.of) == (label.zh, label.group, label.about, label.of)


def test_the_order_of_labels_stays_one_order(root: Path) -> None:
    new_label.add(SIZES, root / "data", root)
    labels = list(taxonomy.load(root / "data").labels)
    yaml = YAML(typ="safe")
    assert labels[labels.index("dispute.product_quality") - 1] == "faq.size_chart"
    assert yaml.load(root / "domain.yml")["intents"] == labels
    assert [row["steps"][0]["intent"] for row in yaml.load(root / "data" / "rules.yml")["rules"]] == labels


def test_validate_asks_for_what_is_to_be_filled_and_then_for_nothing(root: Path) -> None:
    written = new_label.add(SIZES, root / "data", root)
    assert set(problems(root / "data", root)) == {
        f"{root}/data/playbooks/faq/size_chart.yml:7: 话术要是一句话，或一到三句话的列表，不能空着",
        f"{root}/data/playbooks/faq/size_chart.yml:4: say 里要有 any 或 unknown：不知道订单时也要有话说",
        "data/nlu/faq.yml: faq.size_chart 只有 0 句，至少要 10 句",
    }
    place = written["sentences"]
    assert place.path.read_text(encoding="utf-8").splitlines()[place.line].startswith("- intent: faq.size_chart")
    with place.path.open("a", encoding="utf-8") as file:
        file.writelines(f"    - 第{number}种量脚长的办法我没看懂\n" for number in "一二三四五六七八九十")
    book = written["playbook"].path
    book.write_text(book.read_text(encoding="utf-8").replace('any: ""', 'any: "尺码表在详情页下方。"'), encoding="utf-8")
    assert problems(root / "data", root) == []
    assert sum(s.label == "faq.size_chart" for s in training_data.read(root / "data")) == 10


def test_validate_asks_for_the_words_of_a_claim(root: Path) -> None:
    new_label.add(NewLabel("case.lost_key", "丢钥匙", "exceptions", "钥匙丢了"), root / "data", root)
    path = f"{root}/data/playbooks/case/lost_key.yml"
    said = [line for line in problems(root / "data", root) if line.startswith(path)]
    assert len(said) == 2 and any("closing" in line for line in said) and any("话术要是一句话" in line for line in said)


@pytest.mark.parametrize(
    ("label", "said"),
    [
        (NewLabel("size_chart", "尺码", "reception", "x"), "标签名"),
        (NewLabel("faq.Size", "尺码", "reception", "x"), "标签名"),
        (NewLabel("faq.尺码", "尺码", "reception", "x"), "标签名"),
        (NewLabel("faq.../../x", "尺码", "reception", "x"), "标签名"),
        (NewLabel("groups.size", "尺码", "reception", "x"), "标签名"),
        (NewLabel("out_of_scope", "尺码", "reception", "x"), "标签名"),
        (NewLabel("faq.gift", "尺码", "reception", "x"), "已经有标签 faq.gift（赠品规则）"),
        (NewLabel("faq.size", "换货", "reception", "x"), "中文名 换货 已经是 faq.exchange"),
        (NewLabel("faq.size", " ", "reception", "x"), "--zh"),
        (NewLabel("faq.size", "尺码", "reception", "两\n行"), "--is"),
        (NewLabel("faq.size", "尺码", "reception", "两\r行"), "--is"),
        (NewLabel("faq.size", "尺码", "reception", "x", "商品问题"), "--of 只有 dispute 才用"),
        (NewLabel("faq.size", "尺码", "sales", "x"), "没有组 sales，可用 reception（接待组）"),
        (NewLabel("faq.size", "尺码", None, "x"), "要用 --group"),
        (NewLabel("dispute.size", "尺码", "reception", "x", "尺码问题"), "没有争议类别 尺码问题，可用 商品问题"),
    ],
)
def test_what_cannot_be_a_label_is_refused_and_nothing_written(root: Path, label: NewLabel, said: str) -> None:
    before = texts(root)
    with pytest.raises(BadInput) as caught:
        new_label.add(label, root / "data", root)
    assert said in str(caught.value)
    assert texts(root) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("domain.yml", "intents: {faq: 1}\n"),
        ("domain.yml", "version: '3.1'\n"),
        ("data/rules.yml", "rules: []\n"),
        ("data/nlu/faq.yml", "nlu: []\nversion: '3.1'\n"),
        ("data/playbooks/faq/size_chart.yml", "label: faq.size_chart\n"),
    ],
)
def test_a_file_of_another_form_stops_all_of_it(root: Path, name: str, content: str) -> None:
    (root / name).write_text(content, encoding="utf-8")
    before = texts(root)
    with pytest.raises(BadInput, match=Path(name).name):
        new_label.add(SIZES, root / "data", root)
    assert texts(root) == before


def test_files_written_before_a_failure_are_put_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = texts(root)
    real = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == "size_chart.yml":
            raise OSError(28, "No space left on device", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(BadInput, match="什么也没改"):
        new_label.add(SIZES, root / "data", root)
    assert texts(root) == before
