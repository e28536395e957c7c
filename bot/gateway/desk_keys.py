"""Typed keys of the desk's parts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiohttp import web

from bot.gateway.desk_floor import Floor
from bot.gateway.desk_pulse import Pulse
from bot.gateway.desk_signals import Signals
from bot.gateway.desk_views import DeskView
from bot.gateway.limits import Buckets
from bot.services.desk import Desk
from bot.services.sign_in import SignedIn, SignIns
from bot.services.staff_news import StaffNews
from bot.stores.redis_lookers import RedisLookers

DESK = web.AppKey("desk", Desk)
SIGN_INS = web.AppKey("sign_ins", SignIns)
FLOOR = web.AppKey("floor", Floor)
PULSE = web.AppKey("pulse", Pulse)
DESK_SIGNALS = web.AppKey("desk_signals", Signals)
LOOKERS = web.AppKey("lookers", RedisLookers)
VIEWS: web.AppKey[Mapping[bool, DeskView]] = web.AppKey("views")
DEEDS_OF = web.AppKey("deeds_of", Buckets)
STAFF_NEWS = web.AppKey("staff_news", StaffNews)
EXPORTS = web.AppKey("exports", asyncio.Semaphore)
"""Room for cases that are being taken out."""
SIGNED = web.RequestKey("signed", SignedIn)
"""Who came through the desk's door."""
