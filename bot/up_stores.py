"""What `up` does in its own stores: workers of a killed desk forgotten, the demo shop's people made and let in."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from bot.embedded import Services
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.services.demo_staff import Person


async def demo_links(settings: Settings, found: Services) -> list[tuple[Person, str]]:
    """The demo staff, made on the first start, and a link for each who still works here."""
    # Imported here: what only `up` needs after minutes should not hold its start up.
    from bot import taxonomy
    from bot.services.demo_staff import make_demo_staff, sign_in_links
    from bot.services.staff import Staff
    from bot.stores.redis_base import connect
    from bot.stores.redis_sessions import RedisSessions
    from bot.stores.sql.pool import open_pool

    client, pool = connect(found.redis_url), await open_pool(found.database_url)
    mark, groups = settings.var_dir / "run" / "demo_staff", list(taxonomy.load(settings.data_dir).groups)
    try:
        staff = Staff(pool, groups, by="up")
        # Once: whoever removes or renames them does not find them back after the next start.
        if not mark.exists():
            await make_demo_staff(staff, groups)
            mark.touch()
        return await sign_in_links(staff, RedisSessions(client, settings.key_prefix))
    finally:
        await client.aclose()
        await pool.close()


async def forget_workers(redis_url: str, key_prefix: str) -> None:
    """On our own Redis no worker is alive yet: those of a killed desk would make this one look ready too early."""
    from bot.stores.redis_base import connect
    from bot.stores.redis_workers import Workers

    client = connect(redis_url)
    try:
        workers = Workers(client, key_prefix)
        for name in await workers.alive(datetime.now(timezone.utc)):
            await workers.leave(name)
    finally:
        await client.aclose()
