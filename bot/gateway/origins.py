"""From where a request came: the page's origin, the caller's address behind our own proxies, https or not.

Pages of others must not open a signed-in person's socket (the browser would send the cookie along), so the Origin is ours or it is refused.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from aiohttp import web

from bot.settings import Settings


def is_own_origin(request: web.BaseRequest, settings: Settings) -> bool:
    """Whether the Origin header names this desk: one of the public origins, or without them the host that was asked."""
    origin = request.headers.get("Origin", "")
    public = listed(settings.public_origins)
    if public:
        return origin.rstrip("/") in public
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc != "" and parts.netloc.lower() == request.host.lower()


def is_https(request: web.BaseRequest, settings: Settings) -> bool:
    """Whether people reach us over https, also through a proxy that ends it."""
    public = listed(settings.public_origins)
    return all(origin.startswith("https://") for origin in public) if public else request.secure


def address_of(request: web.BaseRequest, settings: Settings) -> str:
    """The caller's address: the last one that no proxy of ours has, so that nobody writes himself another."""
    proxies = [ip_network(text, strict=False) for text in listed(settings.trusted_proxies)]
    hops = [request.remote or ""]
    hops += [hop.strip() for line in reversed(request.headers.getall("X-Forwarded-For", [])) for hop in reversed(line.split(","))]
    for hop in hops:
        try:
            address = ip_address(hop)
        except ValueError:
            break
        if not any(address in proxy for proxy in proxies):
            return str(address)
    return request.remote or ""


def listed(setting: str) -> tuple[str, ...]:
    """The entries of a setting that lists some, by commas or blanks, without closing slashes."""
    return tuple(part.rstrip("/") for part in setting.replace(",", " ").split())
