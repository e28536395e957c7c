"""A circuit breaker: after so many failures in a row nobody asks for a while, then one asks. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Breaker:
    """`open_until` is on the clock the caller uses, in seconds; 0 is closed."""

    failures_allowed: int = 5
    pause_s: float = 10.0
    failures: int = 0
    open_until: float = 0.0

    def ask(self, now: float) -> tuple[Breaker, bool]:
        """The next breaker and whether to ask now; after the pause one caller is let through, the others wait on."""
        if not self.open_until:
            return self, True
        if now < self.open_until:
            return self, False
        # Half open: the probe renews the pause, so that no second one goes out meanwhile.
        return replace(self, open_until=now + self.pause_s), True

    def succeeded(self) -> Breaker:
        """Closed, nothing counted."""
        return replace(self, failures=0, open_until=0.0)

    def failed(self, now: float) -> Breaker:
        """One failure more; open for the pause once there are too many."""
        failures = self.failures + 1
        return replace(self, failures=failures, open_until=now + self.pause_s if failures >= self.failures_allowed else 0.0)
