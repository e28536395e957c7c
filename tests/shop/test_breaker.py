from __future__ import annotations

from bot.shop.breaker import Breaker


def failing(times: int, now: float) -> Breaker:
    breaker = Breaker()
    for _ in range(times):
        breaker = breaker.failed(now)
    return breaker


def test_four_failures_leave_it_closed_and_the_fifth_opens_it_for_ten_seconds() -> None:
    assert failing(4, now=100.0).ask(100.0)[1]
    assert not failing(5, now=100.0).ask(109.9)[1]
    assert failing(5, now=100.0).ask(110.0)[1]


def test_after_the_pause_one_probe_goes_out_and_the_others_wait() -> None:
    half_open, first = failing(5, now=100.0).ask(110.0)
    assert (first, half_open.ask(110.1)[1]) == (True, False)


def test_a_good_probe_closes_it_and_a_bad_one_opens_it_again() -> None:
    half_open, _ = failing(5, now=100.0).ask(110.0)
    assert half_open.succeeded() == Breaker()
    again = half_open.failed(111.0)
    assert (again.ask(120.9)[1], again.ask(121.0)[1]) == (False, True)


def test_a_success_in_between_starts_the_count_again() -> None:
    breaker = failing(4, now=0.0).succeeded().failed(1.0)
    assert breaker.ask(1.0)[1]
