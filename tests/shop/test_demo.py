from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import asyncpg

from bot.shop.checks import moment
from bot.shop.demo import load_demo, moved, read_demo
from bot.shop.orders import PostgresOrders
from bot.shop.read import STATES, read_order
from tests.shop.orders_for_tests import an_order

DATA = Path(__file__).parents[2] / "data"
NOW = datetime(2027, 3, 5, 9, 47, tzinfo=timezone.utc)


def test_the_demo_shop_has_every_state_many_buyers_and_couriers() -> None:
    orders = [read_order(data) for data in moved(read_demo(DATA / "shop/demo_orders.jsonl"), NOW)]
    assert len(orders) >= 60
    assert {order.state for order in orders} == set(STATES)
    assert {order.carrier for order in orders} >= {"中通", "圆通", "韵达", "申通", "顺丰", "京东", "邮政", "极兔", "德邦"}
    assert len({order.order_no for order in orders}) == len(orders)
    back = [moment((order.returned or {}).get("signed_at")) for order in orders if order.state == "return_signed"]
    waits = [NOW - at for at in back if at is not None]
    assert min(waits) < timedelta(days=1) and max(waits) > timedelta(days=7)


def test_nothing_in_the_demo_shop_lies_in_the_future_or_out_of_order() -> None:
    for data in moved(read_demo(DATA / "shop/demo_orders.jsonl"), NOW):
        order = read_order(data)
        scans = [moment(line["at"]) for line in order.logistics]
        way = [at for at in (order.placed_at, order.paid_at, order.shipped_at, *scans, order.signed_at) if at is not None]
        assert way == sorted(way), order.order_no
        refund, returned = order.refund or {}, order.returned or {}
        ends = [moment(refund.get(key)) for key in ("asked_at", "done_at")] + [
            moment(returned.get(key)) for key in ("shipped_at", "signed_at")
        ]
        assert all(at <= NOW for at in [*way, *ends] if at is not None), order.order_no
        assert (order.paid_at is None) <= (order.state in ("unpaid", "closed")), order.order_no


def test_the_newest_demo_order_is_two_to_three_hours_old() -> None:
    newest = max(moment(data["placed_at"]) for data in moved(read_demo(DATA / "shop/demo_orders.jsonl"), NOW))
    assert timedelta(hours=2) <= NOW - newest < timedelta(hours=3)


def test_moving_keeps_the_distances_and_every_other_value() -> None:
    order = an_order(note_at=None)
    (later,) = moved([order], datetime(2026, 11, 20, tzinfo=timezone.utc))
    by = moment(later["placed_at"]) - moment(order["placed_at"])
    assert moment(later["logistics"][0]["at"]) - moment(order["logistics"][0]["at"]) == by
    assert {key: value for key, value in later.items() if key in ("order_no", "items", "phone", "promised_ship_at")} == {
        key: order[key] for key in ("order_no", "items", "phone", "promised_ship_at")
    }


async def test_the_demo_is_loaded_once_even_after_its_orders_are_gone(database: asyncpg.Pool, own_database_url: str) -> None:
    loaded = await load_demo(own_database_url, DATA, now=NOW)
    assert loaded >= 60
    assert await PostgresOrders(database).recent("b1001") != ()
    assert await load_demo(own_database_url, DATA, now=NOW) == 0
    await database.execute("delete from orders")
    assert await load_demo(own_database_url, DATA, now=NOW) == 0


async def test_the_demo_never_comes_over_a_shops_own_orders(database: asyncpg.Pool, own_database_url: str) -> None:
    own = an_order()
    await database.execute("insert into orders (order_no, buyer_id, state, data) values ($1, 'b1', 'paid', '{}')", own["order_no"])
    assert await load_demo(own_database_url, DATA, now=NOW) == 0
    assert await database.fetchval("select count(*) from orders") == 1


async def test_without_a_demo_file_nothing_is_loaded(own_database_url: str, tmp_path: Path) -> None:
    assert await load_demo(own_database_url, tmp_path) == 0
