"""`python -m bot up`: a whole desk on this machine."""

from __future__ import annotations

import argparse
from dataclasses import replace

from bot import up
from bot.errors import BadInput
from bot.settings import Settings

HELP = "一条命令启动整个前台：存储、网关、worker、看守、归档 (the whole desk on one machine)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """How many workers, which port."""
    parser.add_argument("--workers", type=int, help="worker 进程数（默认：设置 QIANTAI_WORKERS，2）")
    parser.add_argument("--host", help="网关监听的地址（默认：设置 QIANTAI_HOST，127.0.0.1）")
    parser.add_argument("--port", type=int, help="网关监听的端口（默认：设置 QIANTAI_PORT，8080）")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 after a clean stop; BotError when it cannot start."""
    given = {name: value for name in ("workers", "host", "port") if (value := getattr(args, name)) is not None}
    settings = replace(settings, **given)
    if not 1 <= settings.workers <= 64:
        raise BadInput(f"--workers {settings.workers} 不对：要 1 到 64")
    if not 1 <= settings.port <= 65535:
        raise BadInput(f"--port {settings.port} 不对：要 1 到 65535")
    return up.run(settings)
