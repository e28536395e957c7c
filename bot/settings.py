"""Every setting: name, default, help. Only this file reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """One row of the table; the environment name is the upper-case name."""

    name: str
    default: str | int | float
    help: str


TABLE = (
    Setting("host", "127.0.0.1", "address the gateway listens on"),
    Setting("port", 8080, "port the gateway listens on"),
    Setting("var_dir", "var", "folder for servers' data, secrets, logs"),
    Setting("data_dir", "data", "folder of the trainers' data"),
    Setting("model_dir", "models", "folder of trained models; `live.json` names the one that answers"),
    Setting("redis_url", "", "Redis to use; empty: the embedded one below var_dir"),
    Setting("database_url", "", "PostgreSQL to use; empty: the embedded one below var_dir"),
    Setting("key_prefix", "qt", "prefix of every Redis key, for tests and shared servers"),
    Setting("workers", 2, "worker processes that `up` starts: with one, its end sends to people what waits for ten seconds"),
    Setting("max_message_chars", 2000, "characters of one message"),
    Setting("max_body_bytes", 16_000_000, "bytes of one request body"),
    Setting("reply_wait_s", 10.0, "seconds the webhook waits for the turn"),
    Setting("mail_notice_s", 3.0, "seconds of waiting mail before the customer hears that someone is looking"),
    Setting("mail_hand_off_s", 10.0, "seconds of waiting mail before the conversation goes to people"),
    Setting("max_deliveries", 3, "tries of one message before it goes to the dead letters and to people"),
    Setting("claim_idle_ms", 5000, "milliseconds without a sign before a dead worker's conversations are taken over"),
    Setting("tracker_events", 60, "events of one conversation that the tracker store keeps"),
    Setting("rate_per_minute", 60, "messages a minute from one sender"),
    Setting("session_idle_s", 1800, "seconds without a deed before a desk sign-in ends"),
    Setting("session_max_s", 43_200, "seconds after which a desk sign-in ends in any case"),
    Setting("orders_url", "", "the shop's own order system; empty: PostgreSQL"),
    Setting("orders_key", "", "key for the shop's own order system"),
    Setting("orders_timeout_s", 1.5, "seconds an order look-up may take"),
    Setting("orders_cache_s", 60, "seconds a buyer's orders are remembered"),
    Setting(
        "public_origins", "", "origins under which people reach the gateway through a proxy, as https://desk.example; empty: the host asked"
    ),
    Setting("shop_origins", "", "origins of the shop's pages that may frame the customers' page"),
    Setting("trusted_proxies", "", "addresses or networks of proxies whose X-Forwarded-For is believed"),
    Setting("sockets_per_address", 200, "open sockets from one address; 0: no limit"),
    Setting("visitor_secret", "", "key that signs visitors' sessions, the same on every gateway; empty: made below var_dir"),
    Setting("identity_secret", "", "key with which the shop signs who its customer is; empty: made below var_dir"),
    Setting("webhook_url", "", "the shop's address that hears of tickets, missed promises and orders not to ship; empty: nobody does"),
    Setting("webhook_secret", "", "key that signs what is sent there; empty: made below var_dir"),
    Setting("demo", 0, "1: the demo shop's page under /demo, with buyers to be; `up` sets it when it brings its own PostgreSQL"),
    Setting("redis_port", 0, "port of the embedded Redis; 0: any free one"),
)


PLAIN = frozenset({"redis_url", "database_url", "orders_url"})
"""Read under their plain names, too. Not the receiver of webhooks: a WEBHOOK_URL in the environment is another program's."""


@dataclass(frozen=True)
class Settings:
    """The values in force; the fields are the rows of TABLE."""

    host: str
    port: int
    var_dir: Path
    data_dir: Path
    model_dir: Path
    redis_url: str
    database_url: str
    key_prefix: str
    workers: int
    max_message_chars: int
    max_body_bytes: int
    reply_wait_s: float
    mail_notice_s: float
    mail_hand_off_s: float
    max_deliveries: int
    claim_idle_ms: int
    tracker_events: int
    rate_per_minute: int
    session_idle_s: int
    session_max_s: int
    orders_url: str
    orders_key: str
    orders_timeout_s: float
    orders_cache_s: int
    public_origins: str
    shop_origins: str
    trusted_proxies: str
    sockets_per_address: int
    visitor_secret: str
    identity_secret: str
    webhook_url: str
    webhook_secret: str
    demo: int
    redis_port: int


def load(environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """The settings from the environment, then `overrides`; ValueError in Chinese for a value of the wrong kind."""
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {}
    for row in TABLE:
        text = environ.get(f"QIANTAI_{row.name.upper()}", environ.get(row.name.upper()) if row.name in PLAIN else None)
        values[row.name] = row.default if text is None else _typed(row, text)
    values.update(overrides)
    for name in ("var_dir", "data_dir", "model_dir"):
        values[name] = Path(str(values[name]))
    return Settings(**values)  # type: ignore[arg-type]


def _typed(row: Setting, text: str) -> str | int | float:
    try:
        return type(row.default)(text)
    except ValueError:
        raise ValueError(f"环境变量 QIANTAI_{row.name.upper()} 的值 {text!r} 不对：要 {type(row.default).__name__}（{row.help}）") from None
