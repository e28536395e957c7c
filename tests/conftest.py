"""What all tests share: one embedded Redis and PostgreSQL per process; a key prefix or a database per test, never a flush."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.embedded import Services, services
from bot.nlu import trainer
from bot.nlu.understander import Understander
from bot.settings import load
from bot.stores.sql.migrate import migrate
from tests.places import own_port, server_folder

ROOT = Path(__file__).parents[1]
TOGETHER = ("tests/browser/", "tests/brain/", "tests/conversations/", "tests/bench/")
"""Folders whose files share what takes long to start: one process runs all of them. They come first, so that the other has work until the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that take long come first."""
    items.sort(key=lambda item: not item.nodeid.startswith(TOGETHER))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """How two processes share the tests (`make test`): file by file, some folders as a whole."""
    from xdist.scheduler import LoadFileScheduling

    class ByFileOrFolder(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return next((folder for folder in TOGETHER if file.startswith(folder)), file)

    config.option.loadscopereorder = False
    return ByFileOrFolder(config, log)


@pytest.fixture(scope="session")
def stores() -> Iterator[Services]:
    """This process's own Redis and PostgreSQL."""
    folder = server_folder()
    with services(load({}, var_dir=folder, redis_port=own_port())) as found:
        yield found
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_url(stores: Services) -> str:
    """The run's Redis."""
    return stores.redis_url


@pytest.fixture(scope="session")
def database_url(stores: Services) -> str:
    """The run's PostgreSQL; its own database is empty, see `own_database_url`."""
    return stores.database_url


@pytest.fixture
def key_prefix() -> str:
    """A prefix of Redis keys that no other test has."""
    return f"t{uuid4().hex[:12]}"


@pytest_asyncio.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of the run's Redis."""
    client = Redis.from_url(redis_url, decode_responses=True)
    yield client
    await client.aclose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def template_database(database_url: str) -> str:
    """The name of a migrated database that each test's is copied from."""
    name = "template_qiantai"
    await _on_server(database_url, f"CREATE DATABASE {name}")
    await migrate(_with_database(database_url, name))
    return name


@pytest_asyncio.fixture
async def own_database_url(database_url: str, template_database: str) -> AsyncIterator[str]:
    """The URL of a fresh, migrated database of this test alone."""
    async with _copy(database_url, template_database) as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk_database_url(database_url: str, template_database: str) -> AsyncIterator[str]:
    """The URL of a migrated database for a desk that several tests share."""
    async with _copy(database_url, template_database) as url:
        yield url


@pytest_asyncio.fixture
async def database(own_database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """A pool on this test's own database."""
    pool = await asyncpg.create_pool(own_database_url, min_size=1, max_size=4)
    yield pool
    await pool.close()


@asynccontextmanager
async def _copy(database_url: str, template: str) -> AsyncIterator[str]:
    name = f"t_{uuid4().hex[:12]}"
    await _on_server(database_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield _with_database(database_url, name)
    await _on_server(database_url, f"DROP DATABASE {name} WITH (FORCE)")


async def _on_server(database_url: str, statement: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _with_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of a model trained on the shipped data, alone in a folder and so live there, whatever is live in models/."""
    # Made once per state of the data, then found again.
    # In a process of its own: Rasa and TensorFlow would stay in this one for the rest of the run.
    with (ROOT / "config.yml").open() as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        subprocess.run([sys.executable, "-m", "bot", "train", "--if-changed"], cwd=ROOT, check=True, capture_output=True, timeout=600)
    found = trainer.up_to_date(ROOT / "data", ROOT / "models")
    assert found
    return Path(shutil.copy2(found, tmp_path_factory.mktemp("models")))


@pytest.fixture(scope="session")
def pages() -> Path:
    """The folder of the pages, built from what is there now."""
    subprocess.run([ROOT / "scripts" / "pages.sh"], check=True, timeout=900)
    return ROOT / "bot" / "web" / "dist"


@pytest.fixture(scope="session")
def understander(model_path: Path) -> Understander:
    """The shipped model, loaded without Rasa."""
    return Understander.load(model_path)
