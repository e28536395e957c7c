"""`python -m bot eval` and `promote` from outside, on small models of our own making: judged, refused, let in, taken back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.nlu import fitting, registry, tone
from bot.nlu.understander import Understander
from tests.stores.redis_builders import NOON

ROOT = Path(__file__).parents[2]
RETURN, TRACKING, QUALITY, ESCALATION, NONE = (
    "faq.return_process", "faq.tracking", "dispute.product_quality", "dispute.escalation", "out_of_scope"
)
LINES = {
    RETURN: ("怎么退货", "退货怎么申请", "退货流程是什么", "我要退货怎么弄", "在哪里退货"),
    TRACKING: ("快递到哪了", "查一下物流", "包裹到哪里了", "物流怎么查", "快递几天到"),
    QUALITY: ("衣服破了一个洞", "质量太差开线了", "洗一次就掉色", "鞋底开胶了", "穿一天就破了"),
    ESCALATION: ("我要投诉到12315", "找工商局投诉你们", "打12315举报", "不处理就投诉12315", "我去工商局举报"),
    NONE: ("今天天气怎么样", "讲个笑话", "股票涨了吗", "明天下雨吗", "唱首歌听听"),
}
GOOD, BAD = "20261101-000000-aaaaaaaaaaaa.tar.gz", "20261102-000000-bbbbbbbbbbbb.tar.gz"


def archive(place: Path, lines: dict[str, Sequence[str]], folder: Path, at: int) -> None:
    """A model of these lines alone, in the form that training leaves."""
    pairs = [(text, label) for label, texts in lines.items() for text in texts]
    folder.mkdir(parents=True)
    Understander(fitting.fit(pairs, {}, fitting.Recipe(vote=0)), tone.build(tone.load(ROOT / "data")), 0.5).save(folder)
    place.parent.mkdir(exist_ok=True)
    with tarfile.open(place, "w:gz") as packed:
        for file in sorted(folder.iterdir()):
            packed.add(file, f"components/train_TaxonomyClassifier3/{file.name}")
    os.utime(place, (at, at))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models: a good one, and one that takes complaints of quality for questions about parcels."""
    folder = tmp_path_factory.mktemp("made")
    archive(folder / "models" / GOOD, LINES, folder / "good", 1)
    archive(folder / "models" / BAD, LINES | {TRACKING: LINES[TRACKING] + LINES[QUALITY], QUALITY: ("退一赔三",)}, folder / "bad", 2)
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Path:
    """A folder with models, the good one live, and own sets."""
    (tmp_path / "models").mkdir()
    for name in (GOOD, BAD):
        (tmp_path / "models" / name).hardlink_to(made / "models" / name)
    registry.make_live(tmp_path / "models", GOOD, registry.FIRST, "", NOON)
    (tmp_path / "sets").mkdir()
    rows = [{"text": text, "label": label, "border": f"{QUALITY} | {ESCALATION}"} for label, texts in LINES.items() for text in texts]
    for name, some in (("natural", rows), ("borders", rows), ("never_flip", rows[:3] + rows[10:12])):
        (tmp_path / "sets" / f"{name}.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in some), encoding="utf-8")
    return tmp_path


def bot(desk: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"QIANTAI_MODEL_DIR": str(desk / "models"), "QIANTAI_VAR_DIR": str(desk / "var")}
    return subprocess.run([sys.executable, "-m", "bot", *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


def promote(desk: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return bot(desk, "promote", "--sets", str(desk / "sets"), *words)


def live(desk: Path) -> str | None:
    return registry.live_name(desk / "models")


def test_a_worse_model_is_refused_with_the_lines_against_it(desk: Path) -> None:
    done = promote(desk)
    assert (done.returncode, live(desk)) == (1, GOOD)
    assert "衣服破了一个洞" in done.stdout
    assert "应是 dispute.product_quality（商品质量争议）；线上 dispute.product_quality（商品质量争议），新模型 faq.tracking（物流查询）" in done.stdout
    assert "✗ 不许翻的句子" in done.stdout and "✗ dispute.product_quality 找回" in done.stdout
    assert "--force" in done.stderr
    assert registry.noted(desk / "models" / BAD)["gate"]["passed"] is False


def test_with_a_reason_it_goes_live_all_the_same_and_the_way_back_is_one_command(desk: Path) -> None:
    assert promote(desk, "--force", "只为试一试").returncode == 0
    assert live(desk) == BAD
    listed = promote(desk, "--list").stdout
    assert [line.split()[:2] for line in listed.splitlines()[1:3]] == [["线上", BAD], ["上一个", GOOD]]
    assert "只为试一试" in listed
    back = promote(desk, "--rollback")
    assert (back.returncode, live(desk)) == (0, GOOD)
    again = promote(desk, "--rollback")
    assert (again.returncode, live(desk)) == (2, GOOD)
    assert "没有可以退回的模型" in again.stderr


def test_a_better_model_goes_live_and_check_alone_changes_nothing(desk: Path) -> None:
    registry.make_live(desk / "models", BAD, registry.FORCED, "", NOON)
    assert promote(desk, "--check", "--model", "aaaa").returncode == 0
    assert live(desk) == BAD
    done = promote(desk, "--model", "aaaa")
    assert (done.returncode, live(desk)) == (0, GOOD)
    assert "过关" in done.stdout
    assert "已经在线上" in promote(desk, "--model", "aaaa").stdout


def test_a_reason_is_needed_and_so_are_test_sets(desk: Path) -> None:
    assert promote(desk, "--force", " ").returncode == 2
    done = bot(desk, "promote", "--sets", str(desk / "nowhere"))
    assert (done.returncode, live(desk)) == (1, GOOD)
    assert "没有测试集" in done.stdout and "--sets" in done.stdout


def test_eval_judges_the_newest_beside_the_live_one_and_writes_a_report(desk: Path) -> None:
    done = bot(desk, "eval", "--quick", "--sets", str(desk / "sets"), "--labels", "--thresholds")
    assert done.returncode == 0, done.stderr
    assert f"被评测的模型 {BAD}" in done.stdout and f"线上模型     {GOOD}" in done.stdout
    assert "【自然聊天】25 句" in done.stdout and "【边界句】25 句" in done.stdout
    assert "↓ 变差" in done.stdout
    assert f"{QUALITY} → {TRACKING}  5" in done.stdout
    (page,) = (desk / "var" / "reports").glob("eval-*.html")
    assert "衣服破了一个洞" in page.read_text(encoding="utf-8")
    assert str(page) in done.stdout
    figures = {name: registry.noted(desk / "models" / name)["figures"]["自然聊天"]["accepted"] for name in (GOOD, BAD)}
    assert figures[BAD] < figures[GOOD]


def test_rollback_takes_no_model_and_needs_a_folder(desk: Path) -> None:
    done = promote(desk, "--rollback", "--model", "aaaa")
    assert (done.returncode, live(desk)) == (2, GOOD)
    assert "--rollback" in done.stderr and "--model" in done.stderr
    nowhere = bot(desk / "nowhere", "promote", "--rollback")
    assert nowhere.returncode == 2
    assert "没有训练好的模型" in nowhere.stderr


def test_eval_says_labels_it_does_not_know_and_where_no_report_can_be_written(desk: Path) -> None:
    path = desk / "mine.jsonl"
    path.write_text('{"text": "怎么退货", "label": "faq.return_process"}\n{"text": "在吗", "label": "faq.nothing"}\n', encoding="utf-8")
    done = bot(desk, "eval", "--file", str(path))
    assert done.returncode == 0, done.stderr
    assert "有 1 句的标签 faq.nothing 不在 taxonomy.yml 里" in done.stdout
    refused = bot(desk, "eval", "--file", str(path), "--report", str(desk))
    assert refused.returncode == 2
    assert f"报告写不到 {desk}" in refused.stderr
    assert "【" not in refused.stdout, "said before anything is judged"


def test_eval_of_a_file_needs_no_sets(desk: Path) -> None:
    done = bot(desk, "eval", "--file", str(desk / "sets" / "natural.jsonl"), "--model", str(desk / "models" / GOOD), "--report", str(desk / "r.html"))
    assert done.returncode == 0, done.stderr
    assert "【natural.jsonl】25 句" in done.stdout
    assert "线上模型" not in done.stdout, "it is the live one itself"
    assert (desk / "r.html").exists()


def test_eval_with_nothing_to_judge_on_says_so(desk: Path) -> None:
    done = bot(desk, "eval", "--quick", "--sets", str(desk / "nowhere"))
    assert done.returncode == 2
    assert "没有可以评测的句子" in done.stderr
    assert bot(desk, "eval", "--folds", "1").returncode == 2
