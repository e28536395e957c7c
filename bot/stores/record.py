"""The record: conversations, mail, tickets, queues, trackers in Redis, behind one class.

Every method raises StoreDown when Redis does not answer. Times (`now`) are aware UTC arguments.
"""

from __future__ import annotations

from bot.stores.redis_amend import AmendStore
from bot.stores.redis_announcements import AnnouncementStore
from bot.stores.redis_archive import ArchiveStore
from bot.stores.redis_desk import DeskStore
from bot.stores.redis_hooks import HookStore
from bot.stores.redis_lock import LockStore
from bot.stores.redis_mail import MailStore
from bot.stores.redis_offers import OfferStore
from bot.stores.redis_phase import PhaseStore
from bot.stores.redis_presence import PresenceStore
from bot.stores.redis_queues import QueueStore
from bot.stores.redis_reminders import ReminderStore
from bot.stores.redis_trackers import TrackerStore


class Record(
    MailStore, QueueStore, AmendStore, DeskStore, PresenceStore, ArchiveStore, TrackerStore, PhaseStore, ReminderStore, OfferStore,
    AnnouncementStore, HookStore, LockStore,
):  # fmt: skip
    """Record(redis, prefix); `redis` is a redis.asyncio client with decode_responses=True
    (redis_base.connect makes one)."""
