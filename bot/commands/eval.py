"""`python -m bot eval`: how good the model is, on a file of labelled messages or by cross-validation on data/nlu."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot import taxonomy, training_data
from bot.desk.routing import route
from bot.model import Understanding
from bot.nlu import evaluation, lexicon, thresholds, tone
from bot.nlu.evaluation import Case, Scores
from bot.nlu.trainer import ROOT
from bot.nlu.registry import newest_model
from bot.nlu.understander import Understander
from bot.settings import Settings
from bot.taxonomy import PHASES, Taxonomy

HELP = "评测：准确率、分流、误发话术；不写 --file 就在 data/nlu 上做 5 折交叉验证 (evaluate the model)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """--file, --model, --phase, --labels, --thresholds."""
    parser.add_argument("--file", metavar="F.jsonl", help='每行 {"text", "label", "alt"}；用它评测训练好的模型')
    parser.add_argument("--model", metavar="M", help="模型文件；默认用 models/ 里最新的")
    parser.add_argument("--phase", choices=PHASES, default="after_sales", help="按哪个阶段看分到哪个组")
    parser.add_argument("--labels", action="store_true", help="逐个标签列出")
    parser.add_argument("--thresholds", action="store_true", help="把 answer_confidence 和 claim_share 换成别的数值会怎样")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 after the table is printed."""
    labels, levels = taxonomy.load(settings.data_dir), thresholds.load(settings.data_dir)
    if args.file:
        cases = evaluation.read_cases(Path(args.file))
        model = Understander.load(Path(args.model) if args.model else newest_model(settings.model_dir))
        understood = model.understand([case.text for case in cases])
    else:
        print("在 data/nlu 上做 5 折交叉验证，要几分钟 …", flush=True)
        cases = [Case(s.text, s.label) for s in training_data.read(settings.data_dir)]
        understood = _cross_validated(cases, settings.data_dir)
    group_of = partial(_group, labels, args.phase)
    scores = evaluation.score(cases, understood, labels, levels, group_of)
    print("\n".join(table(scores)))
    if args.labels or not args.file:
        print("\n".join(label_table(scores, labels)))
    if args.thresholds:
        print("\n".join(_other_thresholds(cases, understood, labels, levels, group_of)))
    return 0


def table(scores: Scores) -> list[str]:
    """The figures, a line each."""
    rows = [
        ("句子", f"{scores.cases}"),
        ("标签正确", f"{scores.right:.1%}"),
        ("标签正确或可接受", f"{scores.accepted:.1%}"),
        ("前三个里有正确的", f"{scores.among_three:.1%}"),
        ("分流正确（自助或正确的组）", f"{scores.route:.1%}"),
        (f"争议和疑难 {scores.claims} 句，误发话术", f"{scores.claims_scripted:.1%}"),
        ("咨询直接发话术", f"{scores.faq_scripted:.1%}"),
        ("平均把握（应接近正确率）", f"{scores.calibration:.1%}"),
        *((f"第一步 {action}", f"{share:.1%}") for action, share in scores.actions.items()),
    ]
    lines = [f"  {name:<{30 - _wide(name)}}{value:>8}" for name, value in rows]
    return [*lines, "常见混淆（应是 → 判成，句数）", *(f"  {one} → {other}  {count}" for one, other, count in scores.confusions)]


def label_table(scores: Scores, labels: Taxonomy) -> list[str]:
    """Recall and precision, a line per label that occurs."""
    lines = [f"  {'标签':<32}{'句数':>4}{'找回':>6}{'判准':>6}"]
    for name, (cases, found, said) in scores.per_label.items():
        if cases or said:
            recall, precision = (f"{found / n:.0%}" if n else "-" for n in (cases, said))
            lines.append(f"  {name:<34}{cases:>6}{recall:>8}{precision:>8}  {labels.zh(name)}")
    return lines


def _cross_validated(cases: list[Case], data_dir: Path) -> list[Understanding]:
    # scikit-learn takes a second to load, which `--file` need not wait for.
    from bot.nlu import fitting

    config: dict[str, Any] = next(
        row for row in YAML(typ="safe").load(ROOT / "config.yml")["pipeline"] if row["name"].endswith("TaxonomyClassifier")
    )
    recipe = fitting.Recipe(**{key: value for key, value in config.items() if key in fitting.Recipe.__dataclass_fields__})
    words, flags = lexicon.load(data_dir), tone.build(tone.load(data_dir))
    second = float(config.get("second_label", 0.5))
    found: dict[int, Understanding] = {}
    for fitted, test in fitting.folds_fitted([(case.text, case.label) for case in cases], words, recipe):
        model = Understander(fitted, flags, second)
        found.update(zip(test, model.understand([cases[number].text for number in test])))
    return [found[number] for number in range(len(cases))]


def _other_thresholds(
    cases: list[Case], understood: list[Understanding], labels: Taxonomy, levels: thresholds.Thresholds, group_of: Any
) -> list[str]:
    from dataclasses import replace

    lines = ["answer_confidence  claim_share  误发话术  咨询直接发话术"]
    for sure in (0.3, 0.4, 0.5, 0.6):
        for share in (0.2, 0.3, 0.4):
            s = evaluation.score(cases, understood, labels, replace(levels, answer_confidence=sure, claim_share=share), group_of)
            lines.append(f"  {sure:>10.2f} {share:>14.2f} {s.claims_scripted:>12.1%} {s.faq_scripted:>12.1%}")
    return lines


def _group(labels: Taxonomy, phase: str, label: str) -> str | None:
    return route(labels, label, phase)


def _wide(text: str) -> int:
    """Columns that the Chinese characters take beyond one each."""
    return sum(ord(char) > 0x2E80 for char in text)
