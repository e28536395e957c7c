"""The OpenAPI 3.1 description of the integration REST, answered by GET /api/openapi.json. Written by hand, checked by a test."""

from __future__ import annotations

from typing import Any

from bot.gateway.openapi_schemas import DECISION, PHASE_NOW, SCHEMAS, TICKET
from bot.model import JSON, TicketState
from bot.taxonomy import PHASES, Taxonomy

_ERRORS = {
    400: ("格式不对；error 里点名每个错的字段", "bad_input", "message 要是字符串；metadata.images 最多 9 张"),
    401: ("没有密钥，或密钥无效", "not_allowed", "需要密钥：请求头 Authorization: Bearer <key>"),
    404: ("没有这个会话或工单", "not_found", "没有会话 buyer-1001"),
    413: ("消息、图片或正文太大", "too_long", "message 有 2400 个字，最多 2000 个字"),
    429: ("同一个 sender 发得太快", "too_many", "发得太快了：每分钟最多 60 条，请 3 秒后再发"),
    500: ("意外错误，只给参考号", "internal", "服务内部出错，参考号 4f1c2d3e4a5b6c7d"),
    503: ("存储暂时没有应答。请重发，并带上同一个 metadata.message_id：应答丢失时消息可能已经收下，同一个编号不会收两次", "store_down", "消息存储暂时没有应答"),
}
_WAIT = {"Retry-After": {"description": "多少秒后再试", "schema": {"type": "integer"}}}


def document(taxonomy: Taxonomy) -> JSON:
    """The whole description, with the groups and phases of the taxonomy as enums."""
    groups, states = list(taxonomy.groups), [state.value for state in TicketState]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "前台 Qiantai 集成接口",
            "version": "1.0.0",
            "description": "店铺系统把买家消息发进来，读会话和工单。密钥用 `python -m bot staff add --role integration` 生成。",
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": {
            "/webhooks/rest/webhook": {"post": _webhook()},
            "/api/conversations/{sender}": {"get": _conversation()},
            "/api/tickets": {"get": _tickets(groups, states)},
            "/api/tickets/{id}/proof": {"post": _proof()},
            "/api/phase": {"get": _phase_get(), "post": _phase_post()},
            "/api/queues": {"get": _queues()},
            "/metrics": {
                "get": _plain("Prometheus 指标（本机或带密钥）", "text/plain", "# TYPE qiantai_http_requests_total counter", 401, 503)
            },
            "/healthz": {"get": _open("进程活着就是 200", {"ok": True})},
            "/readyz": {"get": _ready()},
            "/api/openapi.json": {"get": _open("本文件", {"openapi": "3.1.0"})},
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "集成密钥"}},
            "schemas": {**SCHEMAS, "Group": {"enum": groups}, "TicketState": {"enum": states}, "Phase": {"enum": list(PHASES)}},
        },
    }


def _webhook() -> JSON:
    body = {"sender": "buyer-1001", "message": "我的快递到哪了", "metadata": {"buyer_id": "b1001", "message_id": "m-7", "images": []}}
    answer = [
        {"recipient_id": "buyer-1001", "text": "您的包裹正在路上。", "buttons": [{"title": "查物流", "payload": "我的快递到哪了"}]},
        {"recipient_id": "buyer-1001", "custom": {"decision": DECISION}},
    ]
    return {
        "operationId": "sendMessage",
        "summary": "买家的一条消息；最多等 10 秒，返回这一轮给买家看的所有话",
        "description": "Rasa REST 的格式。会话归人工时返回空列表。同一个 message_id 再发，返回原来那一轮的话；10 秒没有回答也已收下。",
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("Message"), "example": body}}},
        "responses": {
            "200": _json("这一轮的话，最后一项带 custom.decision", {"type": "array", "items": _ref("Reply")}, answer),
            **_errors(400, 401, 413, 429, 500, 503),
        },
    }


def _conversation() -> JSON:
    event = {
        "v": 1,
        "no": 1,
        "at": "2026-11-11T00:00:03.120+00:00",
        "type": "message",
        "by": "visitor",
        "text": "你好",
        "images": [],
        "to": "bot",
    }
    example = {
        "ok": True,
        "sender": "buyer-1001",
        "owner": "bot",
        "epoch": 0,
        "ticket": None,
        "label": "chat.greet",
        "last_no": 1,
        "log": [event],
    }
    return {
        "operationId": "readConversation",
        "summary": "会话归谁、开着的工单、事件记录",
        "parameters": [
            _parameter("sender", "path", {"type": "string"}, "发消息时的 sender"),
            _parameter("after", "query", {"type": "integer", "minimum": 0, "default": 0}, "只要这个编号之后的事件"),
            _parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 500}, "最多几条事件"),
        ],
        "responses": {"200": _json("会话", _ref("Conversation"), example), **_errors(400, 401, 404, 500, 503)},
    }


def _tickets(groups: list[str], states: list[str]) -> JSON:
    return {
        "operationId": "listTickets",
        "summary": "工单；group 是按阶段和替补算过之后的组",
        "parameters": [
            _parameter("state", "query", {"enum": states}, "工单状态"),
            _parameter("group", "query", {"enum": groups}, "组"),
            _parameter("sender", "query", {"type": "string"}, "会话"),
            _parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}, "最多几张"),
        ],
        "responses": {
            "200": _json("工单列表", _object(tickets={"type": "array", "items": _ref("Ticket")}), {"ok": True, "tickets": [TICKET]}),
            **_errors(400, 401, 500, 503),
        },
    }


def _proof() -> JSON:
    body = {"due_at": "2026-11-13T20:00:00+08:00"}
    return {
        "operationId": "setProofDeadline",
        "summary": "平台要求店铺举证的截止时间；null 是取消",
        "description": "24 小时和 4 小时前提醒客服，写进会话记录（proof、proof_due）和操作记录。工单办结后仍会提醒。再发同一个时间什么也不变。",
        "parameters": [_parameter("id", "path", {"type": "string"}, "工单编号")],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("SetProof"), "example": body}}},
        "responses": {
            "200": _json("工单", _object(ticket=_ref("Ticket")), {"ok": True, "ticket": TICKET | {"proof_due_at": body["due_at"]}}),
            **_errors(400, 401, 404, 413, 500, 503),
        },
    }


def _phase_get() -> JSON:
    return {
        "operationId": "readPhase",
        "summary": "现在的阶段",
        "responses": {"200": _json("阶段", _ref("PhaseNow"), {"ok": True, **PHASE_NOW}), **_errors(401, 500, 503)},
    }


def _phase_post() -> JSON:
    body = {"required": True, "content": {"application/json": {"schema": _ref("SetPhase"), "example": {"phase": "promotion"}}}}
    return {
        "operationId": "setPhase",
        "summary": "改阶段，立即生效；auto 改回按日历",
        "requestBody": body,
        "responses": {
            "200": _json("阶段", _ref("PhaseNow"), {"ok": True, **PHASE_NOW}),
            **_errors(400, 401, 413, 500, 503),
        },
    }


def _queues() -> JSON:
    row = {"group": "returns_refunds", "name": "退换退款组", "waiting": 3, "oldest_wait_s": 42.5}
    return {
        "operationId": "readQueues",
        "summary": "各组排队的工单数和最久的等待",
        "responses": {
            "200": _json("排队情况", _object(queues={"type": "array", "items": _ref("Queue")}), {"ok": True, "queues": [row]}),
            **_errors(401, 500, 503),
        },
    }


def _ready() -> JSON:
    good = {"ok": True, "redis": "up", "database": "up", "workers": 1}
    bad = {"ok": False, "code": "not_ready", "error": "没有看到活着的 worker", "redis": "up", "database": "up", "workers": 0}
    return {
        "operationId": "readiness",
        "summary": "能不能接客：Redis 应答，并且有 worker 活着；PostgreSQL 的状态只是说明",
        "security": [],
        "responses": {"200": _json("能", _ref("Ready"), good), "503": _json("不能", _ref("NotReady"), bad)},
    }


def _open(summary: str, example: JSON) -> JSON:
    return {"summary": summary, "security": [], "responses": {"200": _json(summary, {"type": "object"}, example), **_errors(500)}}


def _plain(summary: str, media: str, example: str, *errors: int) -> JSON:
    content = {media: {"schema": {"type": "string"}, "example": example}}
    return {"summary": summary, "responses": {"200": {"description": summary, "content": content}, **_errors(*errors)}}


def _errors(*statuses: int) -> JSON:
    answers: JSON = {}
    for status in statuses:
        text, code, sentence = _ERRORS[status]
        answers[str(status)] = _json(text, _ref("Error"), {"ok": False, "code": code, "error": sentence})
        if status in (429, 503):
            answers[str(status)]["headers"] = _WAIT
    return answers


def _json(text: str, schema: JSON, example: Any) -> JSON:
    return {"description": text, "content": {"application/json": {"schema": schema, "example": example}}}


def _parameter(name: str, place: str, schema: JSON, text: str) -> JSON:
    return {"name": name, "in": place, "required": place == "path", "schema": schema, "description": text}


def _object(**properties: JSON) -> JSON:
    return {"type": "object", "required": ["ok", *properties], "properties": {"ok": {"const": True}, **properties}}


def _ref(name: str) -> JSON:
    return {"$ref": f"#/components/schemas/{name}"}
