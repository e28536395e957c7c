"""`python -m bot eval`: how good the newest model is beside the live one, on the own test sets and by cross-validation; a table and a report."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from bot import taxonomy, training_data
from bot.desk.routing import route
from bot.errors import BadInput, ModelMissing
from bot.model import Understanding
from bot.nlu import registry
from bot.nlu.understander import Understander
from bot.playbooks.phase_thresholds import load_by_phase
from bot.quality import cases as sets
from bot.quality import cross, results, wording
from bot.quality.cases import Case, OwnSets
from bot.quality.figures import HEADLINES, Rules, values
from bot.quality.intervals import mean
from bot.quality.results import Evaluation, ModelFacts, SetResult
from bot.settings import Settings
from bot.taxonomy import PHASES, Taxonomy

HELP = "评测：自己的测试集上与线上模型比，再做交叉验证；表格和 HTML 报告 (evaluate the model)"
CROSS = "交叉验证"
ABOUT = {
    "natural": "没看过训练句的人照真实聊天写的，只用来评测。",
    "borders": "容易混的每两个标签之间，两边都写了句子，只用来评测。",
    CROSS: "训练句轮流留出，由没见过它们的模型来判。训练句彼此差得远，所以比测试集低。",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to judge, on what, and what to show."""
    parser.add_argument("--file", metavar="F.jsonl", help='换成这个文件：每行 {"text", "label", "alt"}；不做交叉验证')
    parser.add_argument("--sets", metavar="DIR", help="测试集文件夹；默认是数据旁边的 tests/understanding")
    parser.add_argument("--model", metavar="M", help="模型文件；默认用 models/ 里最新的")
    parser.add_argument("--quick", action="store_true", help="不做交叉验证（它要把模型训练好几遍）")
    parser.add_argument("--folds", type=int, default=5, metavar="N", help="交叉验证的折数，默认 5")
    parser.add_argument("--phase", choices=PHASES, default="after_sales", help="按哪个阶段看分到哪个组")
    parser.add_argument("--labels", action="store_true", help="逐个标签列出")
    parser.add_argument("--thresholds", action="store_true", help="把 answer_confidence 和 claim_share 换成别的数值会怎样")
    parser.add_argument("--report", metavar="F.html", help="报告写到哪里；默认 var/reports/eval-<日期>.html")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 after the tables are printed and the report is written."""
    if not 2 <= args.folds <= 20:
        raise BadInput(f"--folds {args.folds} 不对：要 2 到 20")
    labels, now = taxonomy.load(settings.data_dir), datetime.now(timezone.utc)
    rules = rules_of(settings.data_dir, labels, args.phase)
    path = Path(args.model) if args.model else registry.newest_model(settings.model_dir)
    place = Path(args.report) if args.report else settings.var_dir / "reports" / f"eval-{now:%Y%m%d-%H%M%S}.html"
    _make_room(place)
    model, live = Understander.load(path), live_beside(settings.model_dir, path, now)
    own = OwnSets(Path()) if args.file else sets.own_sets(sets.sets_folder(settings.data_dir, args.sets), labels.labels)
    judged = _judged(args, settings, own, path, model, live and live[1], labels.labels)
    found = [results.of_set(title, about, cases, new, old, rules, labels) for title, about, cases, new, old in judged]
    if not found:
        raise BadInput("\n".join([*own.remarks(), "没有可以评测的句子：去掉 --quick 做交叉验证，或用 --file、--sets 指定测试集"]))
    evaluation = _evaluation(now, path, live, found, own, model)
    _write(place, evaluation, labels)
    if own.sets:
        remember(settings.model_dir, evaluation, own)
    print("\n".join(wording.evaluation(evaluation, every_label=args.labels)))
    if args.thresholds:
        print("\n".join(_other_thresholds(judged[0][2], judged[0][3], rules)))
    print(f"\n报告（用浏览器打开）：{place}")
    return 0


def rules_of(data_dir: Path, labels: Taxonomy, phase: str) -> Rules:
    """First steps by the shop's thresholds, groups by the phase."""
    return Rules(load_by_phase(data_dir).of(phase), partial(route, labels, phase=phase))


def live_beside(model_dir: Path, path: Path, now: datetime) -> tuple[Path, Understander] | None:
    """The live model, if there is one that is another than this."""
    try:
        found = registry.live(model_dir, Understander.load, now, record=False)
    except ModelMissing:
        return None
    return None if found[0].resolve() == path.resolve() else found


def remember(model_dir: Path, evaluation: Evaluation, own: OwnSets) -> None:
    """The headline figures, noted beside each model that is one of the folder's."""
    for facts in (evaluation.model, evaluation.live):
        if facts is None or not (model_dir / facts.name).exists():
            continue
        sides = {row.title: row.measured.figures if facts is evaluation.model else row.measured.live for row in evaluation.sets}
        shown = {title: {key: round(side[key].value, 5) for key in HEADLINES if side[key].value == side[key].value} for title, side in sides.items() if side}
        registry.note(model_dir / facts.name, {"figures": shown, "figures_at": evaluation.at, "sets": own.digest})


Judged = tuple[str, str, list[Case], list[Understanding], "list[Understanding] | None"]


def _judged(
    args: argparse.Namespace, settings: Settings, own: OwnSets, path: Path, model: Understander, live: Understander | None, known: Container[str]
) -> list[Judged]:
    """(title, what it is, lines, the model's answers, the live one's) of each set."""
    given = {args.file: sets.read_cases(Path(args.file))} if args.file else own.sets
    found: list[Judged] = []
    for name, cases in given.items():
        for label, count in Counter(case.label for case in cases if case.label not in known).items():
            _say(f"注意：{name} 里有 {count} 句的标签 {label} 不在 taxonomy.yml 里，没有模型答得出来，都算错")
        texts = [case.text for case in cases]
        old = live.understand(texts) if live else None
        found.append((sets.SETS.get(name, Path(name).name), ABOUT.get(name, ""), cases, model.understand(texts), old))
    if not args.file and not args.quick:
        seconds = registry.noted(path).get("seconds")
        about = f"，约 {max(1, round(seconds * args.folds / 60))} 分钟" if isinstance(seconds, (int, float)) else ""
        _say(f"在 {settings.data_dir / 'nlu'} 上做 {args.folds} 折交叉验证，要把模型训练 {args.folds} 遍{about}（不做就加 --quick）…")
        cases = [Case(s.text, s.label) for s in training_data.read(settings.data_dir)]
        found.append((CROSS, ABOUT[CROSS], cases, cross.understood(cases, settings.data_dir, args.folds, _say), None))
    return found


def _evaluation(
    now: datetime, path: Path, live: tuple[Path, Understander] | None, found: list[SetResult], own: OwnSets, model: Understander
) -> Evaluation:
    texts = [case.text for case in own.never_flip]
    turned = results.turned(own.never_flip, model.understand(texts), live[1].understand(texts) if live else None)
    facts = [ModelFacts(place.name, registry.noted(place)) for place in (path, *((live[0],) if live else ()))]
    remarks = tuple(own.remarks()) if own.folder != Path() else ()
    if any(result.title == CROSS for result in found) and (left_out := cross.remark()):
        remarks = (*remarks, left_out)
    return Evaluation(f"{now:%Y-%m-%d %H:%M}", facts[0], facts[1] if live else None, tuple(found), len(texts), turned, remarks)


def _write(place: Path, evaluation: Evaluation, labels: Taxonomy) -> None:
    # Drawing takes a second to load.
    from bot.quality import report

    try:
        place.write_text(report.html(evaluation, labels), encoding="utf-8")
    except OSError as error:
        raise _no_room(place, error.strerror) from None


def _make_room(place: Path) -> None:
    """The report's folder, before minutes of cross-validation; BadInput when nothing can be written there."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_room(place, error.strerror) from None
    if place.is_dir() or not os.access(place if place.exists() else place.parent, os.W_OK):
        raise _no_room(place, "是文件夹" if place.is_dir() else "没有写的权限")


def _no_room(place: Path, why: str | None) -> BadInput:
    return BadInput(f"报告写不到 {place}：{why}；用 --report 换个地方")


def _other_thresholds(cases: list[Case], understood: list[Understanding], rules: Rules) -> Iterator[str]:
    yield "answer_confidence  claim_share  误发话术  咨询直接发话术"
    for sure in (0.3, 0.4, 0.5, 0.6):
        for share in (0.2, 0.3, 0.4):
            other = replace(rules, thresholds=replace(rules.thresholds, answer_confidence=sure, claim_share=share))
            marks = values(cases, understood, other)
            yield f"  {sure:>10.2f} {share:>14.2f} {mean(marks['claims_scripted']).value:>12.1%} {mean(marks['faq_scripted']).value:>12.1%}"


def _say(line: str) -> None:
    print(line, flush=True)
