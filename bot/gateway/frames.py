"""What both sockets share of their frames: reading one that came, writing one that goes, and the schema of all of them.

A socket's own frames are pydantic models in a module of their own (visitor_frames.py, desk_frames.py). Models read what comes in; what
goes out is made as plain dicts, and tests hold it against the models' schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

import orjson
from pydantic import BaseModel, ConstrainedStr, Extra, StrictInt, ValidationError
from pydantic.schema import schema

from bot.errors import BotError
from bot.model import JSON

MAX_FRAME_BYTES = 32 * 1024
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class BadFrame(BotError):
    """A frame that is none of the protocol; `client_id` when it had a usable one."""

    code = "bad_frame"

    def __init__(self, sentence: str, client_id: str | None = None) -> None:
        super().__init__(sentence)
        self.client_id = client_id


class ClientId(ConstrainedStr):
    """The page's own id of a message or deed: a retry under the same id is no second one."""

    strict = True
    # `$` alone would let a line feed pass.
    regex = rf"^{CLIENT_ID.pattern}(?!\n)$"


class No(StrictInt):
    """A number of a conversation's log."""

    ge = 0
    le = 2**53


class Frame(BaseModel):
    """A frame from a page: known keys only, nothing converted."""

    class Config:
        extra = Extra.forbid
        allow_mutation = False

    @property
    def id_of_client(self) -> str | None:
        """The `client_id`, for frames that have one."""
        return getattr(self, "client_id", None)


class Sent(BaseModel):
    """A frame to a page, or a part of one: only its schema is used. `x: int | None = Field(...)` is always there and may be null,
    `x: int | None` may be left out and is never null."""

    class Config:
        extra = Extra.forbid

        @staticmethod
        def schema_extra(schema: JSON, model: type[BaseModel]) -> None:
            """Null is said, which pydantic 1 leaves out."""
            for field in model.__fields__.values():
                if field.allow_none and field.required:
                    schema["properties"][field.alias] = {"anyOf": [schema["properties"][field.alias], {"type": "null"}]}


class Ping(Frame):
    """The page wants to know whether the line still stands."""

    type: Literal["ping"]


class Error(Sent):
    """What went wrong, about the frame with that client_id when there is one."""

    type: Literal["error"]
    code: str
    error: str
    client_id: str | None
    retry_after_s: int | None


def by_type(*models: type[Frame]) -> Mapping[str, type[Frame]]:
    """The models by the values that their `type` may have."""
    return {str(kind): model for model in models for kind in get_args(model.__fields__["type"].type_)}


def read(raw: bytes | str, models: Mapping[str, type[Frame]]) -> Frame:
    """The frame that came; BadFrame names the fields that are wrong, never what stood in them."""
    value = _loads(raw)
    if not isinstance(value, dict):
        raise BadFrame("一帧要是一个 JSON 对象")
    kind = value.get("type")
    model = models.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise BadFrame(f"type 要是其中之一：{'、'.join(models)}", _client_id(value))
    try:
        return model.parse_obj(value)
    except ValidationError as error:
        raise BadFrame(_named(str(kind), model, error), _client_id(value)) from None


def encode(frame: JSON) -> bytes:
    """The frame as UTF-8 JSON; half an emoji in an old log becomes a question mark."""
    try:
        return orjson.dumps(frame)
    except TypeError:
        return json.dumps(frame, ensure_ascii=False).encode("utf-8", "replace")


def error_frame(error: BotError, client_id: str | None = None) -> JSON:
    """The `error` frame that says what went wrong, and about which frame."""
    frame: JSON = {"type": "error", "code": error.code, "error": str(error)}
    client_id = client_id or getattr(error, "client_id", None)
    if client_id is not None:
        frame["client_id"] = client_id
    wait_s = getattr(error, "retry_after_s", None)
    if wait_s is not None:
        frame["retry_after_s"] = wait_s
    return frame


def schema_of(incoming: Mapping[str, type[Frame]], outgoing: Iterable[type[Sent]]) -> JSON:
    """JSON schema of a socket's frames: what any frame `in` or `out` must be, and the definitions that they refer to."""
    coming, going = list(dict.fromkeys(incoming.values())), list(outgoing)
    definitions: dict[str, Any] = schema([*coming, *going], ref_prefix="#/definitions/")["definitions"]
    return {
        "in": {"anyOf": [{"$ref": f"#/definitions/{model.__name__}"} for model in coming]},
        "out": {"anyOf": [{"$ref": f"#/definitions/{model.__name__}"} for model in going]},
        "definitions": definitions,
    }


def _loads(raw: bytes | str) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        pass
    try:
        # A page that cuts a text within an emoji sends half of one, escaped: the message must come through.
        return orjson.loads(json.dumps(json.loads(raw), ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise BadFrame("这一帧不是完整的 JSON") from None


def _named(kind: str, model: type[Frame], error: ValidationError) -> str:
    known = set(model.__fields__)
    wrong = {str(row["loc"][0]) for row in error.errors()}
    parts = [f"{'、'.join(sorted(wrong & known))} 缺少或不对"] if wrong & known else []
    parts += ["有不认识的字段"] if wrong - known else []
    return f"{kind} 帧格式不对：{'，'.join(parts)}"


def _client_id(value: Mapping[str, Any]) -> str | None:
    found = value.get("client_id")
    return found if isinstance(found, str) and CLIENT_ID.fullmatch(found) else None
