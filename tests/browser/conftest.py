"""One desk, one browser, one pool for the whole folder; people of their own for each test, whose pages may complain of nothing."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from bot.embedded import Services
from bot.services.staff import Staff
from bot.shop.demo import load_demo
from bot.stores.record import Record
from bot.stores.redis_base import connect
from bot.taxonomy import load as load_taxonomy
from tests.browser.people import WAIT_MS, People
from tests.browser.whole_desk import ROOT, WholeDesk, whole_desk

ARTEFACTS = Path(__file__).parent / "artefacts"
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Fixtures learn whether their test failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shop_url(desk_database_url: str) -> str:
    """The desk's database, with the demo shop's orders."""
    assert await load_demo(desk_database_url, ROOT / "data")
    return desk_database_url


@pytest.fixture(scope="session")
def desk(stores: Services, shop_url: str, model_path: Path, pages: Path) -> Iterator[WholeDesk]:
    """The whole desk."""
    with (
        tempfile.TemporaryDirectory(prefix="qiantai-browser-") as folder,
        whole_desk(stores, shop_url, model_path.parent, Path(folder)) as found,
    ):
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def record(desk: WholeDesk) -> AsyncIterator[Record]:
    """What the desk has on disk."""
    client = connect(desk.redis_url)
    yield Record(client, desk.key_prefix)
    await client.aclose()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The one that scripts/browser.sh names."""
    found = subprocess.run(["scripts/browser.sh"], cwd=ROOT, check=True, timeout=900, stdout=subprocess.PIPE, text=True)
    return found.stdout.strip()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Headless, shared; people have profiles of their own in it."""
    expect.set_options(timeout=WAIT_MS)
    async with async_playwright() as playwright:
        # --no-sandbox: as root Chromium has none.
        opened = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        await opened.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pool(desk_database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """On the desk's database."""
    async with asyncpg.create_pool(desk_database_url, min_size=1, max_size=2) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def staff(pool: asyncpg.Pool) -> Staff:
    """The staff's book, written by the tests."""
    return Staff(pool, tuple(load_taxonomy(ROOT / "data").groups), by="tests")


@pytest_asyncio.fixture(loop_scope="session")
async def people(
    request: pytest.FixtureRequest, desk: WholeDesk, browser: Browser, staff: Staff, record: Record
) -> AsyncIterator[People]:
    """Makes customers and agents with pages of their own; in the end their pages are photographed if need be, and must be content."""
    found = People(desk, browser, staff, record, ARTEFACTS / request.node.name)
    yield found
    if request.node.stash.get(FAILED, False):
        await found.photograph("failed")
    problems = await found.leave()
    assert problems == []
