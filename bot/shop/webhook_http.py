"""The shop's receiver of webhooks over HTTP: one POST, and what became of it in a word."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp

from bot.errors import BadInput

TIMEOUT_S = 5.0


class WebhookDoor:
    """WebhookDoor(url). BadInput for an address that may not be one. Close it."""

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S) -> None:
        self._url, self.origin = url, checked_url(url)
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, body: bytes, headers: Mapping[str, str]) -> str | None:
        """None once the receiver said 2xx; else why not: http_<status>, timeout, refused, tls, broken. Its words are not read."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, headers={"User-Agent": "qiantai-webhooks"})
        try:
            # No redirects: they could carry what is about customers to another host.
            async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as response:
                return None if 200 <= response.status < 300 else f"http_{response.status}"
        except asyncio.TimeoutError:
            return "timeout"
        except aiohttp.ClientSSLError:
            return "tls"
        except aiohttp.ClientConnectorError:
            return "refused"
        except (aiohttp.ClientError, OSError):
            return "broken"

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()


def checked_url(url: str) -> str:
    """The origin of the receiver's address, without what may be secret in its path. BadInput unless it is https, or on this machine."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise BadInput("QIANTAI_WEBHOOK_URL 的端口不对") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.fragment:
        raise BadInput("QIANTAI_WEBHOOK_URL 要是一个完整的网址，如 https://shop.example/hooks，不带用户名和 #")
    if parts.scheme == "http" and not _is_here(parts.hostname):
        raise BadInput("QIANTAI_WEBHOOK_URL 要用 https：通知里有顾客的订单。只有本机（127.0.0.1、localhost）可以用 http")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
