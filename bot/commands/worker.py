"""`python -m bot worker`: wires Rasa, the record and the orders, and answers until a signal."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
from contextlib import AsyncExitStack
from datetime import datetime, timezone

from bot.embedded import Services, services
from bot.errors import ModelMissing
from bot.quiet import quietly
from bot.settings import Settings
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.stores.redis_workers import Workers

HELP = "机器人进程：取下一条消息，由 Rasa 决定，写入记录 (worker)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The worker's name in the record."""
    parser.add_argument("--name", help="在消费组里的名字（默认：主机名和进程号）")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 after a clean stop; ModelMissing or DataError when there is nothing to answer with."""
    from bot.nlu.registry import archives

    if not archives(settings.model_dir):
        # Said before Rasa is imported and a store started: whoever forgot to train need not wait for it.
        raise ModelMissing(f"{settings.model_dir}/ 里没有训练好的模型，请先运行 make train")
    with services(settings) as found:
        asyncio.run(_work(args.name or f"{socket.gethostname()}-{os.getpid()}", settings, found))
    return 0


async def _work(name: str, settings: Settings, found: Services) -> None:
    # Imported here: Rasa takes seconds, and --help should not.
    with quietly():
        from actions.playbook import ActionPlaybook
        from bot.brain.agent import Brain, executor, quiet
        from bot.services.hand_offs import HandOffs
        from bot.services.in_force import InForce
        from bot.services.work import Limits, Worker
        from bot.shop.orders import open_orders

        quiet()
        in_force = InForce(settings.data_dir)
        action = ActionPlaybook(in_force.books)
        brain = Brain(settings.model_dir, executor(action))
        brain.load()

    def books_again() -> None:
        if in_force.refresh():
            action.playbooks = in_force.books

    async with AsyncExitStack() as stack:
        redis = connect(found.redis_url)
        stack.push_async_callback(redis.aclose)
        record = Record(redis, settings.key_prefix)
        orders = await stack.enter_async_context(open_orders(settings, found.database_url))
        worker = Worker(
            name,
            record,
            Workers(redis, settings.key_prefix),
            orders,
            brain,
            HandOffs(record, lambda: in_force.rules),
            lambda: in_force.books,
            Limits(settings.max_deliveries, settings.claim_idle_ms, settings.tracker_events),
            lambda: datetime.now(timezone.utc),
            look=books_again,
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, worker.stop)
        print(f"机器人 {name} 就绪，模型 {brain.model_name} (worker ready)", flush=True)
        await worker.run()
