"""`python -m bot bench`: what a turn costs and how right the labels are, beside stock Rasa in the same run; a table and JSON."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot import taxonomy, training_data
from bot.commands.eval import rules_of
from bot.errors import BadInput
from bot.nlu import registry
from bot.quality.cases import SETS, Case, own_sets, sets_folder
from bot.quality.figures import Rules
from bot.quiet import quietly
from bot.settings import Settings
from bot.training_data import Sentence

HELP = "性能与正确率：每轮的 CPU、每秒轮数、长会话、内存、标签，与原装 Rasa 同场比较 (benchmark)"
TURNS = 300
LOAD_TURNS = 2000
STOCK_EPOCHS, MOST_EPOCHS = 2, 300
"""So few that the bench takes a quarter of an hour: on 20,000 lines an epoch took some 220 seconds of CPU, the rest of the training 200."""
Report = dict[str, Any]
Cases = dict[str, list[Case]]


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to leave out, how long stock Rasa may train, and where the JSON goes."""
    parser.add_argument("--no-stock", action="store_true", help="不训练、不测原装 Rasa（它要训练好几分钟）")
    parser.add_argument("--stock-epochs", type=int, default=STOCK_EPOCHS, metavar="N", help="原装 Rasa 的 DIET 训练几遍，默认 %(default)s；rasa init 是 100")
    parser.add_argument("--no-desk", action="store_true", help="只测进程内的一轮，不起 worker 和网关")
    parser.add_argument("--no-accuracy", action="store_true", help="不比正确率，也就不要测试集")
    parser.add_argument("--sets", metavar="DIR", help="测试集文件夹；默认是数据旁边的 tests/understanding")
    parser.add_argument("--json", type=Path, metavar="FILE", help="JSON 另存到这个文件")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 after the table; the numbers are told, not judged: machines differ, ratios count."""
    if not 1 <= args.stock_epochs <= MOST_EPOCHS:
        raise BadInput(f"--stock-epochs {args.stock_epochs} 不对：要 1 到 {MOST_EPOCHS}")
    # What is missing is said now, not after the minutes of training.
    cases = {} if args.no_accuracy else _cases(args, settings)
    with quietly(), tempfile.TemporaryDirectory() as folder:
        return _run(args, settings, cases, Path(folder))


def _cases(args: argparse.Namespace, settings: Settings) -> Cases:
    """The frozen sets; BadInput when one is not there."""
    own = own_sets(sets_folder(settings.data_dir, args.sets), taxonomy.load(settings.data_dir).labels)
    missing = [f"{name}.jsonl" for name in SETS if not own.sets.get(name)]
    if missing:
        raise BadInput(f"{own.folder} 里没有测试集 {'、'.join(missing)}，比不了正确率；测试集在别处就写 --sets 文件夹，不比正确率就写 --no-accuracy")
    return own.sets


def _run(args: argparse.Namespace, settings: Settings, cases: Cases, folder: Path) -> int:
    from bot.bench import table, texts
    from bot.nlu import trainer

    newest = registry.newest_model(settings.model_dir)
    # Alone in a folder, and so live there: the newest is measured by all parts, whichever answers the customers.
    (folder / newest.name).symlink_to(newest.resolve())
    alone = dataclasses.replace(settings, model_dir=folder)
    trained_on = training_data.read(settings.data_dir) + training_data.read_contrast(settings.data_dir)
    lines = texts.sample(settings.data_dir, TURNS)
    report: Report = {"turns": len(lines), "model": newest.name, "current": trainer.up_to_date(settings.data_dir, settings.model_dir) == newest}
    report["ours"] = _ours(alone, lines, registry.noted(newest)) | {"model_mb": round(newest.stat().st_size / 1e6, 2)}
    _say("一轮测完 (turns measured)")
    if cases:
        report["accuracy"] = _accuracy(settings, newest, cases)
        _say("正确率测完 (accuracy measured)")
    if not args.no_desk:
        report["desk"], report["live"] = _desk(alone, texts.sample(settings.data_dir, LOAD_TURNS))
    if not args.no_stock:
        _stock(report, settings, lines, trained_on, cases, args.stock_epochs)
    print("\n".join(table.rows(report)))
    text = json.dumps(report, ensure_ascii=False)
    print(text)
    if args.json:
        args.json.write_text(text + "\n", encoding="utf-8")
    return 0


def _ours(settings: Settings, lines: list[str], noted: dict[str, Any]) -> dict[str, Any]:
    from bot.bench import ours

    measured = ours.measure(settings.model_dir, settings.data_dir, lines)
    return _rounded(dataclasses.asdict(measured) | {"growth": measured.growth}) | {"train_s": noted.get("seconds"), "lines": noted.get("lines")}


def _accuracy(settings: Settings, model: Path, cases: Cases) -> dict[str, Any]:
    from bot.bench import accuracy
    from bot.nlu.understander import Understander

    understander, rules = Understander.load(model), _rules(settings)
    return {
        name: {"lines": len(of_set), "ours": accuracy.shares(of_set, understander.understand([case.text for case in of_set]), rules)}
        for name, of_set in cases.items()
    }


def _rules(settings: Settings) -> Rules:
    return rules_of(settings.data_dir, taxonomy.load(settings.data_dir), "after_sales")


def _desk(settings: Settings, lines: list[str]) -> tuple[dict[str, float], dict[str, float]]:
    """Workers and gateway under load, then the pages' sockets."""
    import asyncio

    from bot.bench import desk, sockets, texts
    from bot.embedded import services
    from bot.stores.sql.migrate import migrate

    with services(dataclasses.replace(settings, var_dir=settings.var_dir / "bench")) as found:
        asyncio.run(migrate(found.database_url))
        key = asyncio.run(_key(found.database_url))
        measured = desk.measure(settings, found, lines, key)
        _say("负载测完 (load measured)")
        live = sockets.measure(settings, found, texts.questions(settings.data_dir, TURNS))
        _say("页面连接测完 (sockets measured)")
    return _rounded(dataclasses.asdict(measured) | {"scaling": measured.scaling}), _rounded(dataclasses.asdict(live))


async def _key(database_url: str) -> str:
    import secrets

    from bot.services.staff import Staff
    from bot.stores.sql.pool import open_pool

    pool = await open_pool(database_url)
    try:
        added = await Staff(pool, (), by="bench").add(f"bench-{secrets.token_hex(4)}", "integration")
    finally:
        await pool.close()
    return str(added.secret)


def _stock(report: Report, settings: Settings, lines: list[str], trained_on: tuple[Sentence, ...], cases: Cases, epochs: int) -> None:
    """Train stock Rasa and write its figures beside ours."""
    from bot.bench import accuracy, stock

    _say(f"训练原装 Rasa：{len(trained_on)} 句，先备特征，再训练 DIET {epochs} 遍，每一步都要几分钟 … (training stock Rasa)")
    trained = stock.train(settings.var_dir / "bench" / "stock", trained_on, epochs, _say)
    _say("原装 Rasa 训练完，量它的开销和正确率 … (measuring it)")
    rasa = stock.StockRasa(trained.path, trained_on)
    report["stock"] = _rounded(dataclasses.asdict(rasa.cost(lines)) | {"train_s": trained.train_s, "model_mb": trained.model_mb}) | {
        "epochs": epochs, "epoch_s": trained.epoch_s and round(trained.epoch_s, 2), "init_epochs": stock.INIT_EPOCHS, "lines": len(trained_on),
    }
    report["ratio"] = {name: round(report["stock"][f"{name}_ms"] / report["ours"][f"{name}_ms"], 2) for name in ("turn", "nlu")}
    rules = dataclasses.replace(_rules(settings), thresholds=stock.THRESHOLDS)
    for name, of_set in cases.items():
        report["accuracy"][name]["stock"] = accuracy.shares(of_set, rasa.understand([case.text for case in of_set]), rules)


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 2) for name, value in row.items()}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
