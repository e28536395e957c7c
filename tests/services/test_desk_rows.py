"""What a list shows of a conversation: the last thing that somebody wrote in it."""

from __future__ import annotations

import pytest

from bot.model import JSON, Conversation
from bot.services.desk_rows import row_json
from bot.services.desk_rules import load_desk_rules
from bot.stores.values import DeskRow
from tests.stores.redis_builders import a_ticket

RULES = load_desk_rules()
ASKED: JSON = {"type": "message", "text": "杯子碎了，电话13812345678"}
TOLD: JSON = {"type": "notice", "by": "desk", "text": "已为您转给异常组的同事"}
MOVED: JSON = {"type": "owner", "owner": "queue:exceptions"}
SAID: JSON = {"type": "say", "by": "bot", "text": "请发照片"}
ANSWERED: JSON = {"type": "say", "by": "agent:s3", "text": "这就补发"}
NOTED: JSON = {"type": "whisper", "by": "agent:s3", "text": "只给同事看"}


@pytest.mark.parametrize(
    ("log", "preview", "by"),
    [
        ((ASKED, MOVED, TOLD), "杯子碎了，电话138****5678", "visitor"),
        ((ASKED, SAID, MOVED, TOLD), "请发照片", "bot"),
        ((ASKED, ANSWERED, NOTED, MOVED, TOLD), "这就补发", "agent"),
        ((ASKED, {"type": "message", "text": "", "images": ["/uploads/a.jpg"]}, TOLD), "[图片]", "visitor"),
        ((TOLD, MOVED), "已为您转给异常组的同事", "desk"),
        ((MOVED,), "", "desk"),
    ],
)
def test_the_preview_is_what_somebody_wrote_last_not_the_desks_own_notice(log: tuple[JSON, ...], preview: str, by: str) -> None:
    row = row_json(DeskRow(a_ticket(), Conversation("c1"), None, None, 1, log[::-1]), RULES, {})
    assert (row["preview"], row["preview_from"]) == (preview, by)
