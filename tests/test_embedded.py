"""Embedded stores: data outlives kill -9, orphans are ended, what is wrong is said."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis.asyncio import Redis

from bot.embedded import BadAddress, Embedded, VarInUse, hold, run_file, running, services
from bot.postgres_server import let_others_read, let_others_through
from bot.servers import ServerFailed
from bot.settings import load

ROOT = Path(__file__).parent.parent
HOLDER = """
import sys, time
from bot.embedded import Embedded, hold
from bot.settings import load
settings = load({}, var_dir=sys.argv[1])
with hold(settings.var_dir):
    embedded = Embedded(settings)
    embedded.start(by=sys.argv[2])
    print("up", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """A data folder that PostgreSQL's account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="qiantai-test-"))
    yield folder / "var"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def holder(var_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """A desk in another process, started by `up`."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(var_dir), "up"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def pids_of(embedded: Embedded) -> list[int]:
    return [server.process.pid for server in embedded.servers if server.process is not None]


async def test_what_was_written_is_there_after_both_servers_were_killed(var_dir: Path) -> None:
    embedded = Embedded(load({}, var_dir=var_dir))
    embedded.start(by="up")
    try:
        found = embedded.services
        async with Redis.from_url(found.redis_url, decode_responses=True) as client:
            await client.set("kept", "是")
        connection = await asyncpg.connect(found.database_url)
        await connection.execute("create table kept (word text); insert into kept values ('是')")
        connection.terminate()
        for pid in pids_of(embedded):
            os.kill(pid, signal.SIGKILL)
        for server in embedded.servers:
            assert server.process is not None
            server.process.wait()
            server.start()
        assert embedded.services == found
        async with Redis.from_url(found.redis_url, decode_responses=True) as client:
            assert await client.get("kept") == "是"
        connection = await asyncpg.connect(found.database_url)
        assert await connection.fetchval("select word from kept") == "是"
        await connection.close()
    finally:
        embedded.stop()


async def test_redis_writes_to_disk_before_it_answers(redis: Redis) -> None:
    assert await redis.config_get("append*") == {"appendonly": "yes", "appendfilename": "appendonly.aof", "appendfsync": "always"}


def test_the_password_is_on_no_command_line_and_in_no_open_file(var_dir: Path) -> None:
    with services(load({}, var_dir=var_dir)):
        password = (var_dir / "secrets" / "redis_password").read_text()
        for process in psutil.process_iter(["cmdline"]):
            assert password not in " ".join(process.info["cmdline"] or [])
        for path in (var_dir / "secrets" / "redis_password", var_dir / "run" / "redis.conf", run_file(var_dir)):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nobody_without_the_password_reads_the_record(redis_url: str) -> None:
    port = int(redis_url.rsplit(":", 1)[1].split("/")[0])
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(b"KEYS *\r\n")
        assert link.recv(100).startswith(b"-NOAUTH")


def test_the_servers_of_a_killed_parent_are_not_in_the_way_of_the_next(var_dir: Path, holder: subprocess.Popen[str]) -> None:
    before = running(var_dir)
    holder.kill()
    holder.wait()
    with services(load({}, var_dir=var_dir)) as found:
        assert found.redis_url != ""
        assert running(var_dir)["pid"] == os.getpid() != before["pid"]


def test_orphans_that_outlive_their_parent_are_ended(var_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As on a system that does not tell children of their parent's death.
    monkeypatch.setattr("bot.servers._LIBC", None)
    lost = Embedded(load({}, var_dir=var_dir))
    lost.start(by="up")
    orphans = pids_of(lost)
    with services(load({}, var_dir=var_dir)) as found:
        for server in lost.servers:
            assert server.process is not None
            server.process.wait(10)
        assert not [pid for pid in orphans if psutil.pid_exists(pid)]
        assert found.database_url == lost.services.database_url


def test_a_command_uses_the_stores_of_the_running_desk(var_dir: Path, holder: subprocess.Popen[str]) -> None:
    assert holder.poll() is None
    with services(load({}, var_dir=var_dir)) as found:
        assert found.redis_url == running(var_dir)["redis_url"]
        assert running(var_dir)["pid"] == holder.pid


def test_two_desks_never_hold_one_data_folder(var_dir: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(VarInUse, match=str(holder.pid)), hold(var_dir):
        pass


def test_given_addresses_start_nothing(var_dir: Path) -> None:
    with services(load({}, var_dir=var_dir, redis_url="redis://r", database_url="postgresql://p")) as found:
        assert (found.redis_url, found.database_url) == ("redis://r", "postgresql://p")
    assert not var_dir.exists()


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("redis_url", "garbage"),
        ("redis_url", "http://x"),
        ("redis_url", "redis://:secret@x:port"),
        ("database_url", "secret"),
        ("database_url", "mysql://secret@x/y"),
        ("database_url", "postgresql:secret"),
    ],
)
def test_an_address_that_cannot_be_one_is_said_and_not_shown(var_dir: Path, name: str, url: str) -> None:
    good = {"redis_url": "redis://127.0.0.1:1", "database_url": "postgresql://127.0.0.1:1/x"}
    for given in ({name: url}, good | {name: url}):
        with pytest.raises(BadAddress, match=name.upper()) as raised, services(load({}, var_dir=var_dir, **given)):
            pass
        assert url not in str(raised.value)
    assert not var_dir.exists()


def test_the_port_of_redis_is_the_same_at_the_next_start(var_dir: Path) -> None:
    ports = set()
    for _ in range(2):
        with services(load({}, var_dir=var_dir, database_url="postgresql://p")) as found:
            ports.add(found.redis_url.rsplit(":", 1)[1])
    assert len(ports) == 1


def test_a_port_that_was_taken_since_it_was_chosen_gives_way_to_another(var_dir: Path) -> None:
    embedded = Embedded(load({}, var_dir=var_dir, database_url="postgresql://p"))
    assert embedded.redis is not None
    chosen = embedded.redis.port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", chosen))
        taken.listen()
        embedded.start(by="test")
        try:
            assert embedded.redis.port != chosen and embedded.redis.answers()
            assert running(var_dir)["redis_url"] == embedded.redis.url
        finally:
            embedded.stop()


def test_a_wished_port_that_is_taken_is_said(var_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = load({}, var_dir=var_dir, redis_port=taken.getsockname()[1], database_url="postgresql://p")
        with pytest.raises(ServerFailed, match=r"端口被占用.*QIANTAI_REDIS_PORT"), services(settings):
            pass


def test_a_data_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServerFailed, match=r"不能写.*QIANTAI_VAR_DIR"), services(load({}, var_dir=tmp_path / "file" / "var")):
        pass


def test_strange_files_in_the_database_folder_are_left_alone(var_dir: Path) -> None:
    (var_dir / "postgres").mkdir(parents=True)
    photo = var_dir / "postgres" / "holiday.jpg"
    photo.write_text("x")
    with pytest.raises(ServerFailed, match="不是本程序的文件"), services(load({}, var_dir=var_dir)):
        pass
    assert photo.read_text() == "x"


def test_a_broken_record_is_said_and_kept(var_dir: Path) -> None:
    (var_dir / "redis").mkdir(parents=True)
    record = var_dir / "redis" / "appendonly.aof"
    record.write_text("this is no record\n" * 9)
    with pytest.raises(ServerFailed, match=r"记录文件损坏.*redis\.log"), services(load({}, var_dir=var_dir, database_url="postgresql://p")):
        pass
    assert record.read_text() == "this is no record\n" * 9


async def test_a_deep_folder_with_a_long_chinese_name_works(var_dir: Path) -> None:
    with services(load({}, var_dir=var_dir / "很长的目录名字 带空格" / "再长一点的目录名字啊" / "双十一大促客服前台")) as found:
        connection = await asyncpg.connect(found.database_url)
        assert await connection.fetchval("select 1") == 1
        await connection.close()
        async with Redis.from_url(found.redis_url) as client:
            assert await client.ping()


def test_stopping_leaves_no_process_behind(var_dir: Path) -> None:
    with services(load({}, var_dir=var_dir)):
        pass
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(var_dir) in " ".join(p.info["cmdline"] or [])]


def test_other_users_get_the_rights_that_the_owner_has_and_may_pass_the_folders_above(tmp_path: Path) -> None:
    tree = tmp_path / "closed" / "pg"
    (tree / "bin").mkdir(parents=True)
    program, words = tree / "bin" / "postgres", tree / "words.txt"
    program.touch()
    words.touch()
    for path, mode in ((program, 0o700), (words, 0o600), (tree / "bin", 0o700), (tree, 0o700), (tmp_path / "closed", 0o700)):
        path.chmod(mode)
    let_others_through(tree)
    let_others_read(tree)
    rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (program, words, tree / "bin", tree, tmp_path / "closed")}
    assert rights == {"postgres": 0o705, "words.txt": 0o604, "bin": 0o705, "pg": 0o705, "closed": 0o711}
