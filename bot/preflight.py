"""What must be true before a desk starts; each thing that is not has its sentence and its way out."""

from __future__ import annotations

import errno
import tarfile
from pathlib import Path

import psutil

from bot.errors import BotError, DataError, ModelMissing
from bot.playbooks.load import load_playbooks
from bot.servers import listen_error
from bot.services.desk_rules import load_desk_rules
from bot.services.scripts import checked_scripts
from bot.services.shop_page import load_desk, load_page
from bot.settings import Settings
from bot.shop.webhook_http import checked_url


class CannotStart(BotError):
    """The desk cannot start; the sentence says why and what to do."""

    code = "cannot_start"
    status = 503


def check(settings: Settings) -> None:
    """Nothing is started when one of these is wrong."""
    if not settings.data_dir.is_dir():
        raise CannotStart(f"没有数据目录 {settings.data_dir}：在项目目录里运行，或设置 QIANTAI_DATA_DIR")
    _check_model(settings.model_dir)
    _check_data(settings.data_dir)
    if settings.webhook_url:
        checked_url(settings.webhook_url)
    error = listen_error(settings.port, settings.host)
    if error is not None:
        raise CannotStart(_sentence(error, settings.host, settings.port))


def _check_model(folder: Path) -> None:
    found = sorted(folder.glob("*.tar.gz"))
    if not found:
        raise ModelMissing(f"{folder} 里还没有训练好的模型：先运行 make train")
    if not any(_is_archive(path) for path in found):
        raise ModelMissing(f"{folder} 里的模型都读不出来（最新的是 {found[-1].name}）：重新运行 make train")


def _is_archive(path: Path) -> bool:
    try:
        return tarfile.is_tarfile(path)
    except (OSError, EOFError):
        return False


def _check_data(folder: Path) -> None:
    """What gateways, workers and watch read when they start, here once for all of them: each would fall over it, again and again."""
    problems: list[str] = []
    for read in (load_playbooks, load_desk_rules, load_page, load_desk, checked_scripts):
        try:
            read(folder)
        except DataError as error:
            problems += error.problems
    found = list(dict.fromkeys(problems))
    if found:
        raise DataError([*found, f"前台没有启动：先改好上面 {len(found)} 处；python -m bot validate 随时可以再查"])


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"端口 {port} 已被占用{_who_listens(port)}：换一个，例如 --port {port + 1}，或停掉占用它的程序"
    if error.errno == errno.EACCES:
        return f"没有权限监听端口 {port}：换一个 1024 以上的，例如 --port {port + 8000}"
    return f"不能监听地址 {host}（{error.strerror}）：--host 要写本机的地址，例如 127.0.0.1 或 0.0.0.0"


def _who_listens(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,) and connection.pid:
                return f"（{psutil.Process(connection.pid).name()}，进程 {connection.pid}）"
    except psutil.Error:
        return ""
    return ""
