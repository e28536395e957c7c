"""Changes of the staff, wherever they were made: sign-ins from before end on every gateway, and a disabled agent's tickets go back."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import datetime, timezone

import structlog

from bot.errors import StoreDown
from bot.services.give_back import Lines, give_back_all
from bot.services.sign_in import SignIns
from bot.services.traces import where
from bot.stores.record import Record
from bot.stores.redis_sessions import RedisSessions
from bot.stores.redis_signals import RedisSignals
from bot.stores.sql import signals as postgres
from bot.stores.sql.staff import CHANGED

RETRY_S = 1.0
CODES = {"disabled": "disabled", "groups": "signed_out", "password": "signed_out"}
SENTENCES = {
    "disabled": "您的账号已停用，有疑问请找管理员",
    "groups": "您所属的组改了，请重新登录",
    "password": "您的密码改了，请用新密码登录",
}

log = structlog.get_logger(__name__)


class StaffNews:
    """`listen` hears of changes until cancelled. Every gateway does the same; doing it twice changes nothing."""

    def __init__(
        self, database_url: str, record: Record, sessions: RedisSessions, signals: RedisSignals, sign_ins: SignIns, returned: Lines
    ) -> None:
        """`returned`: what customers hear whose agent was disabled."""
        self._database_url, self._record, self._returned = database_url, record, returned
        self._sessions, self._signals, self._sign_ins = sessions, signals, sign_ins
        self._heard: asyncio.Queue[str] = asyncio.Queue()

    async def listen(self) -> None:
        """Until cancelled."""
        line = asyncio.create_task(postgres.listen(self._database_url, CHANGED, self._hear))
        try:
            while True:
                sent = await self._heard.get()
                try:
                    await self._changed(sent)
                except StoreDown:
                    # The sign-in's own look at PostgreSQL ends it within its half minute, too.
                    await asyncio.sleep(RETRY_S)
                    self._heard.put_nowait(sent)
                except Exception as error:
                    log.error("staff_news_failed", error=type(error).__name__, where=where(error))
        finally:
            line.cancel()
            with suppress(asyncio.CancelledError):
                await line

    def _hear(self, sent: str | None) -> None:
        if sent is None:
            self._sign_ins.changed(None)  # What was missed is found by asking again.
        else:
            self._heard.put_nowait(sent)

    async def _changed(self, sent: str) -> None:
        news = json.loads(sent)
        agent, what = str(news["id"]), str(news["what"])
        self._sign_ins.changed(agent)
        await self._sessions.end_all(agent)
        await self._signals.publish("sign_out", agent=agent, code=CODES.get(what, "signed_out"), error=SENTENCES.get(what, ""))
        if what == "disabled":
            await self._record.leave(agent)
            await give_back_all(self._record, agent, "disabled", datetime.now(timezone.utc), self._returned)
            await self._signals.publish("presence", agent=agent)
        log.info("staff_changed", agent=agent, what=what)
