"""Answers in JSON: good ones, and the one shape of every error."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web


def json_answer(value: Any, status: int = 200) -> web.Response:
    """`value` as UTF-8 JSON, Chinese readable; what no encoding knows becomes a question mark, not a failure."""
    body = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return web.Response(body=body, status=status, content_type="application/json", charset="utf-8")


def ok(**values: Any) -> web.Response:
    """A good answer: ok and the values."""
    return json_answer({"ok": True, **values})


def error_answer(status: int, code: str, sentence: str, **more: Any) -> web.Response:
    """The one shape of every error."""
    return json_answer({"ok": False, "code": code, "error": sentence, **more}, status)
