"""`python -m bot promote`: lets the newest model answer, if the gate finds nothing against it; or the one before again."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timezone
from pathlib import Path

from bot import taxonomy
from bot.commands.eval import live_beside, rules_of
from bot.errors import BadInput, ModelMissing
from bot.nlu import registry
from bot.nlu.understander import Understander
from bot.quality import cases as sets
from bot.quality import gate, speed, wording
from bot.quality.cases import OwnSets
from bot.quality.figures import Rules
from bot.quality.gate import Answers, Cost, Verdict
from bot.settings import Settings
from bot.taxonomy import PHASES

HELP = "上线：新模型过了关就由它回答；--rollback 退回上一个，--list 看有哪些 (make a model live)"

BY = {
    registry.FIRST: "第一个", registry.PROMOTED: "过关上线", registry.FORCED: "强行上线", registry.ROLLED_BACK: "退回", registry.FALLEN_BACK: "自动顶上",
}
"""How a model came to be live, for people."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which model, whether to ask the gate, or what else to do."""
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--rollback", action="store_true", help="退回上一个上线的模型")
    other.add_argument("--list", action="store_true", help="列出模型：哪个在线上，哪个是候选")
    other.add_argument("--check", action="store_true", help="只把关，不上线")
    other.add_argument("--force", metavar="理由", help="没过关也上线；理由记进 live.json")
    parser.add_argument("--model", metavar="M", help="让哪个模型上线：文件名或其中一段；默认最新的")
    parser.add_argument("--sets", metavar="DIR", help="测试集文件夹；默认是数据旁边的 tests/understanding")
    parser.add_argument("--phase", choices=PHASES, default="after_sales", help="按哪个阶段看分到哪个组")
    parser.add_argument("--lines", type=int, default=15, metavar="N", help="每一条最多列几句，默认 15")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 when the model is live (or would be), 1 when something stands against it."""
    folder, now = settings.model_dir, datetime.now(timezone.utc)
    if args.force is not None and not args.force.strip():
        raise BadInput("--force 后面要写理由，例如 --force \"临时救急，明天补句子\"")
    if args.list:
        print("\n".join(listing(folder)))
        return 0
    if args.rollback:
        if args.model:
            raise BadInput("--rollback 退回上一个上线的模型，不能再写 --model；要换成某一个：python -m bot promote --model 文件名")
        registry.newest_model(folder)  # ModelMissing where there is no folder
        back = registry.roll_back(folder, Understander.load, now)
        print(f"已退回 {back.name}，运行中的 worker 几秒内换上。要再往前走：python -m bot promote --model 文件名")
        return 0
    path = registry.named(folder, args.model) if args.model else registry.newest_model(folder)
    model, live = Understander.load(path), live_beside(folder, path, now)
    if live is None and registry.live_name(folder) == path.name:
        print(f"{path.name} 已经在线上。" + ("" if args.model else "还没有更新的模型；改了数据先 make train。"))
        return 0
    return _through_the_gate(args, settings, path, model, live, now)


def _through_the_gate(
    args: argparse.Namespace, settings: Settings, path: Path, model: Understander, live: tuple[Path, Understander] | None, now: datetime
) -> int:
    labels = taxonomy.load(settings.data_dir)
    own = sets.own_sets(sets.sets_folder(settings.data_dir, args.sets), labels.labels)
    print(f"候选 {path.name}，线上 {live[0].name if live else '没有'}；在 {own.folder} 的测试集上比 …", flush=True)
    for remark in own.remarks():
        print(f"注意：{remark}")
    verdict = asked(path, model, live[1] if live else None, own, rules_of(settings.data_dir, labels, args.phase))
    print("\n".join(wording.verdict(verdict, labels, max(0, args.lines))))
    registry.note(path, {"gate": {"at": now.isoformat(), "passed": verdict.passed, "beside": live[0].name if live else None, "sets": own.digest}})
    if args.check:
        print("过关。" if verdict.passed else "没有过关。")
        return 0 if verdict.passed else 1
    if not verdict.passed and args.force is None:
        print(_way_out(path, live is not None), file=sys.stderr)
        return 1
    by, why = (registry.PROMOTED, "") if verdict.passed else (registry.FORCED, args.force)
    registry.make_live(settings.model_dir, path.name, by, why, now)
    print(f"{'过关' if verdict.passed else '没有过关，按 --force'}，{path.name} 已上线；运行中的 worker 几秒内换上。退回：python -m bot promote --rollback")
    return 0


def asked(path: Path, model: Understander, live: Understander | None, own: OwnSets, rules: Rules) -> Verdict:
    """The gate's verdict, after both models have answered every line and were timed."""

    def answers(cases: list[sets.Case]) -> Answers:
        texts = [case.text for case in cases]
        return Answers(cases, model.understand(texts), live.understand(texts) if live else None)

    judged = {name: answers(cases) for name, cases in own.sets.items()}
    texts = [case.text for cases in own.sets.values() for case in cases] or ["我的快递到哪了", "怎么退货", "衣服破了一个洞"]
    new_ms, old_ms = speed.cpu_ms(model, live, texts)
    cost = Cost(new_ms, old_ms, path.stat().st_size / 1e6)
    return gate.judge(judged, answers(own.never_flip) if own.never_flip else None, cost, rules)


def listing(folder: Path) -> list[str]:
    """The models, newest first, and the last changes of the live one."""
    found = registry.archives(folder)
    if not found:
        raise ModelMissing(f"{folder} 里没有训练好的模型，先运行 python -m bot train")
    answering, before = registry.live_name(folder), registry.before_live(folder)
    rows = [f"{'状态':<6}{'模型':<44}{'句数':>6}{'大小':>8}  自然聊天：标签正确 / 分流"]
    for path in reversed(found):
        noted = registry.noted(path)
        state = "线上" if path.name == answering else "上一个" if path.name == before else "候选" if path == found[-1] else ""
        figures = (noted.get("figures") or {}).get(sets.SETS["natural"], {})
        shown = " / ".join(f"{figures[key]:.1%}" for key in ("accepted", "route") if key in figures) or "没有评测过"
        size = f"{path.stat().st_size / 1e6:.1f} MB"
        rows.append(wording.left(state, 8) + f"{path.name:<46}{noted.get('lines', '–')!s:>8}{size:>10}  {shown}")
    rows += ["", "最近的变动" if registry.history(folder) else "还没有哪个模型上过线"]
    rows += [f"  {row.at[:16].replace('T', ' ')}  {BY.get(row.by, row.by)}  {row.model}  {row.why}" for row in registry.history(folder)[-8:]]
    return rows


def _way_out(path: Path, beside: bool) -> str:
    look = "看全部对比：python -m bot eval --quick。" if beside else ""
    return (
        f"没有过关，{path.name} 没有上线，前台照旧。{look}\n"
        "把上面列出的句子那一类补几句训练句（别照抄测试句），再 make train、promote；确实要上：python -m bot promote --force \"理由\""
    )
