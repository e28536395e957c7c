"""How many messages one sender may send: a token bucket each, in this process.

Several gateways allow so many times the limit; it protects the desk from one runaway sender, it is not an account.
"""

from __future__ import annotations

import math
from collections import OrderedDict

from bot.errors import TooMany


class SlowDown(TooMany):
    """The sender must wait; `retry_after_s` whole seconds."""

    def __init__(self, retry_after_s: int, per_minute: int, what: str = "条") -> None:
        again = "发" if what == "条" else "试"
        super().__init__(f"{again}得太快了：每分钟最多 {per_minute} {what}，请 {retry_after_s} 秒后再{again}")
        self.retry_after_s = retry_after_s


class Buckets:
    """A bucket of `per_minute` tokens per sender, filled evenly; 0 means no limit."""

    def __init__(self, per_minute: int, most_senders: int = 50_000, what: str = "条") -> None:
        self._per_minute = per_minute
        self._what = what
        self._most = most_senders
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, sender: str, now: float) -> None:
        """One token at `now` (monotonic seconds); SlowDown when there is none."""
        if self._per_minute <= 0:
            return
        level, since = self._levels.pop(sender, (float(self._per_minute), now))
        level = min(float(self._per_minute), level + (now - since) * self._per_minute / 60)
        enough = level >= 1
        self._levels[sender] = (level - 1 if enough else level, now)
        # The least recent sender goes first: its bucket is the fullest.
        while len(self._levels) > self._most:
            self._levels.popitem(last=False)
        if not enough:
            raise SlowDown(max(1, math.ceil((1 - level) * 60 / self._per_minute)), self._per_minute, self._what)
