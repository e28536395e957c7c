"""Shapes and examples that the OpenAPI description is made of."""

from __future__ import annotations

from bot.model import JSON
from bot.taxonomy import PHASES

_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_MAYBE_TIME = {"type": ["string", "null"], "format": "date-time"}
_TIME = {"type": "string", "format": "date-time"}
_SEVERITY = {"enum": ["minor", "normal", "serious"]}
_MAYBE_PATH = {"type": ["integer", "null"], "minimum": 1, "maximum": 4}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}

DECISION: JSON = {
    "label": "faq.shipping_urge",
    "label2": None,
    "confidence": 0.93,
    "action": "answer",
    "path": None,
    "severity": "normal",
    "group": None,
    "ask": [],
    "hand_off": None,
}
TICKET: JSON = {
    "id": "T20261111-0007",
    "conversation": "buyer-1001",
    "sender": "buyer-1001",
    "buyer_id": "b1001",
    "label": "dispute.product_quality",
    "label2": None,
    "confidence": 0.91,
    "group": "returns_refunds",
    "path": 2,
    "goods_back": True,
    "negotiation": None,
    "severity": "normal",
    "severity_reasons": [],
    "state": "waiting",
    "reason": "gathered",
    "order_no": "202611110000001001",
    "evidence": {
        "have": [{"what": "问题部位的照片", "bring": "customer", "refs": ["no:3"], "why": "近照看清是什么问题", "example": "问题处凑近拍清楚"}],
        "missing": [{"what": "发货前质检记录", "bring": "shop", "refs": [], "why": "", "example": ""}],
    },
    "said": ["已帮您记下。"],
    "promised": [],
    "response_rule": "refund_30m",
    "response_rule_en": "First reply within 30 minutes",
    "steps": [],
    "duties": [
        {
            "id": "reply", "do": "联系买家，要照片等凭证", "by": "agent", "call": False, "after": None, "due_at": "2026-11-11T00:31:00+00:00",
            "done_at": None, "done_by": None, "breached": False,
        }
    ],
    "offers": [],
    "summary": "开线，要退货",
    "opened_at": "2026-11-11T00:01:00+00:00",
    "due_at": "2026-11-11T00:31:00+00:00",
    "proof_due_at": None,
    "scene": None,
    "agent": None,
    "claimed_at": None,
    "first_reply_at": None,
    "closed_at": None,
    "outcome": None,
    "cost_fen": None,
    "cause": None,
    "plan": None,
    "follow_up": None,
    "previous": None,
}


def _shape(required: list[str], **properties: JSON) -> JSON:
    return {"type": "object", "required": required, "properties": properties}


def _list(items: JSON) -> JSON:
    return {"type": "array", "items": items}


_PIECE = _shape(
    ["what", "bring", "refs", "why", "example"],
    what=_TEXT,
    bring={"enum": ["customer", "shop", "courier"]},
    refs=_list(_TEXT),
    why=_TEXT,
    example=_TEXT,
)
_DUTY = _shape(
    ["id", "do", "by", "call", "after", "due_at", "done_at", "done_by", "breached"],
    id=_TEXT,
    do=_TEXT,
    by={"enum": ["agent", "supervisor", "warehouse", "department", "courier"]},
    call={"type": "boolean"},
    after=_MAYBE_TEXT,
    due_at={**_MAYBE_TIME, "description": "前一项（after）做完才开始计时，之前是 null"},
    done_at=_MAYBE_TIME,
    done_by=_MAYBE_TEXT,
    breached={"type": "boolean"},
)
_OFFER = _shape(
    ["id", "kind", "amount_fen", "words", "by", "at", "state", "decided_by", "decided_at", "note", "by_rule"],
    id=_TEXT,
    kind={"enum": ["refund", "compensation", "freight", "price", "return"]},
    amount_fen={"type": "integer", "minimum": 0},
    words=_TEXT,
    by={**_TEXT, "description": "agent:<员工号>"},
    at=_TIME,
    state={"enum": ["made", "asked", "agreed", "refused", "withdrawn"], "description": "asked：超出额度，在等主管"},
    decided_by=_MAYBE_TEXT,
    decided_at=_MAYBE_TIME,
    note=_TEXT,
    by_rule={"type": "boolean", "description": "规则里人人可以给的，不占额度"},
)
_PLAN = _shape(
    ["n", "words", "deed", "by", "at", "told_at", "agreed_at", "refused_at", "answer_no"],
    n={"type": "integer", "description": "这张工单的第几个方案"},
    words=_TEXT,
    deed=_TEXT,
    by=_TEXT,
    at=_MAYBE_TIME,
    told_at=_MAYBE_TIME,
    agreed_at=_MAYBE_TIME,
    refused_at=_MAYBE_TIME,
    answer_no={"type": ["integer", "null"], "description": "顾客答复的那条消息"},
)
_FOLLOW_UP = _shape(
    ["due_at", "tries", "done_at", "done_by", "result", "note"],
    due_at=_TIME,
    tries={"type": "integer"},
    done_at=_MAYBE_TIME,
    done_by=_MAYBE_TEXT,
    result={"enum": ["satisfied", "unsatisfied", "not_reached", None]},
    note=_TEXT,
)
_PHASE_NOW = _shape(
    ["phase", "by", "at", "why", "until"],
    phase={"$ref": "#/components/schemas/Phase"},
    by=_MAYBE_TEXT,
    at=_MAYBE_TIME,
    why={"enum": ["manual", "calendar", "default"]},
    until={**_MAYBE_TIME, "description": "到什么时候；null 是一直到有人改"},
)
PHASE_NOW: JSON = {"phase": "promotion", "by": "s4", "at": "2026-11-10T12:00:00+00:00", "why": "manual", "until": None}
_DECISION = _shape(
    list(DECISION),
    label=_TEXT,
    label2=_MAYBE_TEXT,
    confidence=_SHARE,
    action={"enum": ["answer", "ask", "guess", "rephrase", "hand_off"]},
    path=_MAYBE_PATH,
    severity=_SEVERITY,
    group=_MAYBE_TEXT,
    ask=_list(_TEXT),
    hand_off={"anyOf": [{"type": "null"}, _shape(["group", "reason", "ticket_id"], group=_TEXT, reason=_TEXT, ticket_id=_MAYBE_TEXT)]},
)
_TICKET = _shape(
    list(TICKET),
    id=_TEXT,
    conversation=_TEXT,
    sender=_TEXT,
    buyer_id=_MAYBE_TEXT,
    label=_TEXT,
    label2=_MAYBE_TEXT,
    confidence=_SHARE,
    group={"$ref": "#/components/schemas/Group"},
    path=_MAYBE_PATH,
    goods_back={"type": ["boolean", "null"], "description": "顾客说没说货退回来；null 是没说"},
    negotiation={**_MAYBE_TEXT, "description": "退货协商说到哪一步（data/shop/negotiation.yml 的 id）"},
    severity=_SEVERITY,
    severity_reasons=_list(_TEXT),
    state={"$ref": "#/components/schemas/TicketState"},
    reason=_TEXT,
    order_no=_MAYBE_TEXT,
    evidence=_shape(["have", "missing"], have=_list(_PIECE), missing=_list(_PIECE)),
    said=_list(_TEXT),
    promised=_list({"type": "object"}),
    response_rule=_TEXT,
    response_rule_en=_TEXT,
    steps={**_list(_TEXT), "description": "因为正开着的公告，先要做的事"},
    duties=_list(_DUTY),
    offers=_list(_OFFER),
    summary=_TEXT,
    opened_at=_TIME,
    due_at=_TIME,
    proof_due_at=_MAYBE_TIME,
    scene={**_MAYBE_TEXT, "description": "容易被平台介入的场景（data/shop/scenes.yml 的 id）；null 是没有"},
    agent=_MAYBE_TEXT,
    claimed_at=_MAYBE_TIME,
    first_reply_at=_MAYBE_TIME,
    closed_at=_MAYBE_TIME,
    outcome=_MAYBE_TEXT,
    cost_fen={"type": ["integer", "null"], "description": "办这件事花了多少，分"},
    cause=_MAYBE_TEXT,
    plan={"anyOf": [{"type": "null"}, _PLAN]},
    follow_up={"anyOf": [{"type": "null"}, _FOLLOW_UP]},
    previous=_MAYBE_TEXT,
)
SCHEMAS: JSON = {
    "Error": _shape(["ok", "code", "error"], ok={"const": False}, code=_TEXT, error=_TEXT),
    "Message": _shape(
        ["sender"],
        sender={"type": "string", "minLength": 1, "maxLength": 128},
        message={
            "type": ["string", "null"],
            "maxLength": 2000,
            "description": "要发的话。空的、null 或不写都可以，但要有 metadata.images，否则 400；单独的 [图片] 算一张图片",
        },
        metadata={
            "type": ["object", "null"],
            "properties": {
                "buyer_id": {
                    "type": ["string", "null"],
                    "maxLength": 128,
                    "description": "店铺的买家号，用来查订单；密钥是店铺的，所以直接相信",
                },
                "message_id": {"type": ["string", "null"], "maxLength": 128, "description": "店铺的消息号；重发时用同一个，就只收一次"},
                "images": {
                    "type": ["array", "null"],
                    "maxItems": 9,
                    "items": _TEXT,
                    "description": "data URL（JPEG、PNG、WebP，每张 10 MB 内）或 /uploads/ 地址",
                },
            },
        },
    ),
    "Reply": _shape(
        ["recipient_id"],
        recipient_id=_TEXT,
        text=_TEXT,
        buttons=_list(_shape(["title", "payload"], title=_TEXT, payload=_TEXT)),
        custom=_shape([], decision={"$ref": "#/components/schemas/Decision"}),
    ),
    "Decision": _DECISION,
    "Ticket": _TICKET,
    "Event": _shape(
        ["v", "no", "at", "type"],
        v={"const": 1},
        no={"type": "integer"},
        at=_TIME,
        type={"type": "string", "description": "message、say、notice、decision、owner，以及人和看守写的：whisper、ticket、label、promise、evidence、proof……"},
    ),
    "Conversation": _shape(
        ["sender", "owner", "epoch", "ticket", "label", "last_no", "log"],
        ok={"const": True},
        sender=_TEXT,
        owner={"type": "string", "pattern": "^(bot|closed|queue:.+|agent:.+)$"},
        epoch={"type": "integer"},
        ticket={"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Ticket"}]},
        label=_MAYBE_TEXT,
        last_no={"type": "integer"},
        log=_list({"$ref": "#/components/schemas/Event"}),
    ),
    "PhaseNow": _PHASE_NOW,
    "SetPhase": _shape(["phase"], phase={"enum": [*PHASES, "auto"], "description": "auto：改回按日历"}),
    "SetProof": {**_shape(["due_at"], due_at={**_MAYBE_TIME, "description": "带时区，要在现在之后"}), "additionalProperties": False},
    "Queue": _shape(
        ["group", "name", "waiting", "oldest_wait_s"],
        group={"$ref": "#/components/schemas/Group"},
        name=_TEXT,
        waiting={"type": "integer"},
        oldest_wait_s={"type": ["number", "null"]},
    ),
    "Ready": _shape(["ok", "redis", "database", "workers"], ok={"const": True}, redis=_TEXT, database=_TEXT, workers={"type": "integer"}),
    "NotReady": _shape(["ok", "code", "error", "redis", "database", "workers"], ok={"const": False}, code=_TEXT, error=_TEXT),
}
