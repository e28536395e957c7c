from __future__ import annotations

import pytest

from bot.errors import BadInput
from bot.shop.webhook_http import checked_url


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://shop.example/hooks?key=1", "https://shop.example"),
        ("https://shop.example:8443/hooks", "https://shop.example:8443"),
        ("http://127.0.0.1:9000/x", "http://127.0.0.1:9000"),
        ("http://localhost/x", "http://localhost"),
        ("http://[::1]:9000/", "http://[::1]:9000"),
    ],
)
def test_an_address_may_be_named_without_what_is_secret_in_it(url: str, origin: str) -> None:
    assert checked_url(url) == origin


@pytest.mark.parametrize(
    "url",
    ["shop.example/hooks", "ftp://shop.example/", "http://shop.example/", "http://10.0.0.1/", "http://127.0.0.1.shop.example/", "https:///hooks",
     "https://me:pass@shop.example/", "https://shop.example/#x", "https://shop.example:99999/"],
)  # fmt: skip
def test_an_address_that_may_not_be_one_is_refused_with_the_settings_name(url: str) -> None:
    with pytest.raises(BadInput, match="QIANTAI_WEBHOOK_URL"):
        checked_url(url)
