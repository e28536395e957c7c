"""The built pages of bot/web/dist: customers, desk, demo shop, widget, and what they load. Strict about what they may load themselves."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.errors import NotFound
from bot.gateway.keys import DIST, SETTINGS
from bot.gateway.origins import is_https, listed
from bot.settings import Settings

DIST_DIR = Path(__file__).parents[1] / "web" / "dist"
TYPES = {
    ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png",
    ".woff2": "font/woff2", ".mp3": "audio/mpeg", ".wav": "audio/wav", ".json": "application/json", ".webmanifest": "application/manifest+json",
}  # fmt: skip
NOT_BUILT = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>页面还没有构建</title>'
    "<p>页面还没有构建：make pages</p><p>The pages are not built yet: make pages</p></html>"
)


async def customers(request: web.Request) -> web.StreamResponse:
    """GET /: the customers' page; the shop's own pages may frame it."""
    return _html(request, "index.html", ("'self'", *listed(request.app[SETTINGS].shop_origins)))


async def desk(request: web.Request) -> web.StreamResponse:
    """GET /desk and below: the agents' desk, which finds its own way below /desk."""
    return _html(request, "desk.html")


async def demo(request: web.Request) -> web.StreamResponse:
    """GET /demo: a page of the demo shop with the widget."""
    if not request.app[SETTINGS].demo:
        raise NotFound("没有演示店铺")
    return _html(request, "demo.html")


async def widget(request: web.Request) -> web.StreamResponse:
    """GET /widget.js: for any page of the shop, so it is asked again now and then."""
    return _file(request, "widget.js", {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"})


async def asset(request: web.Request) -> web.StreamResponse:
    """GET /assets/{file}: its name changes with its content."""
    return _file(request, f"assets/{request.match_info['file']}", {"Cache-Control": "public, max-age=31536000, immutable"})


def policy(request: web.BaseRequest, settings: Settings, ancestors: tuple[str, ...] = ("'none'",)) -> str:
    """The Content-Security-Policy of a page: scripts of our own alone, and nobody to talk to but us."""
    # Some browsers do not count the socket as 'self'.
    sockets = [f"ws://{request.host}", f"wss://{request.host}"]
    sockets += [origin.replace("http", "ws", 1) for origin in listed(settings.public_origins)]
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' blob: data:",
            "font-src 'self' data:",
            "media-src 'self' data:",
            f"connect-src 'self' {' '.join(dict.fromkeys(sockets))}",
            "frame-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {' '.join(ancestors)}",
        ]
    )


def _html(request: web.Request, name: str, ancestors: tuple[str, ...] = ("'none'",)) -> web.StreamResponse:
    path = request.app[DIST] / name
    if not path.is_file():
        return web.Response(text=NOT_BUILT, status=503, content_type="text/html", headers={"Cache-Control": "no-store", "Retry-After": "60"})
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy(request, request.app[SETTINGS], ancestors),
        "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
    }
    if is_https(request, request.app[SETTINGS]):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return web.FileResponse(path, headers=headers)


def _file(request: web.Request, name: str, headers: dict[str, str]) -> web.StreamResponse:
    """A file of the build; FileResponse takes the one beside it that is packed already when the browser reads that."""
    path = request.app[DIST] / name
    kind = TYPES.get(path.suffix)
    if kind is None or not path.is_file():
        raise NotFound("没有这个文件")
    return web.FileResponse(path, headers={"Content-Type": kind, "Vary": "Accept-Encoding", **headers})
