"""A shop's chats as a file: blocks or JSON, any of two encodings, masked, each line once; what is wrong is said with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.nlu import logs

TALKS = """客服: 您好,有什么可以帮您
顾客: 我的快递到哪了,订单12345678901

买家1：发票什么时候开
A: 下单以后都可以开
A: 我的快递到哪了
"""


def written(tmp_path: Path, content: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "chats.txt"
    path.write_bytes(content.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_blocks_become_conversations_and_each_line_is_kept_once(tmp_path: Path, encoding: str) -> None:
    log = logs.read(written(tmp_path, TALKS, encoding))
    assert log.lines == ("有什么可以帮您", "我的快递到哪了,订单№", "发票什么时候开", "下单以后都可以开", "我的快递到哪了")
    assert log.conversations == ((0, 1), (2, 3, 4))
    again = logs.read(written(tmp_path, TALKS + "\n" + TALKS, encoding))
    assert again.lines == log.lines
    assert again.conversations == log.conversations * 2


def test_json_lines_are_read_too(tmp_path: Path) -> None:
    rows = '{"conversation": 1, "text": "发票什么时候开"}\n{"conversation": 1, "text": "客服: 下单以后"}\n{"conversation": 2, "text": "好的谢谢"}\n'
    log = logs.read(written(tmp_path, rows))
    assert log.conversations == ((0, 1), (2,))
    assert log.lines[1] == "下单以后"


@pytest.mark.parametrize("row", ["{oops", '["list"]', '{"conversation": 3}', '{"text": 5}'])
def test_a_wrong_json_line_is_named(tmp_path: Path, row: str) -> None:
    with pytest.raises(BadInput, match="第 2 行"):
        logs.read(written(tmp_path, '{"text": "发票什么时候开"}\n' + row + "\n"))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("顾客：收货人张小明，电话13812345678，地址：广东省深圳市南山区科技园南路12号3栋502室", "收货人☺,电话№,地址:⌂"),
        ("浙江省杭州市西湖区文三路12号", ""),
        ("我叫李四 帮我查一下订单", "我叫☺ 帮我查一下订单"),
        ("发到 zhang.san@example.com 谢谢", "发到 @ 谢谢"),
        ("2026-11-11 00:00:03 买家1: 身份证11010119900307123X 可以吗", "身份证0x 可以吗"),
        ("[2026/11/11 00:03] 客服小美", "客服小美"),
        ("看这个 https://example.com/u/1381234", "看这个 ∞"),
        ("12345678901", ""),
        ("快递到小区楼下了", "快递到小区楼下了"),
    ],
)
def test_numbers_mails_names_and_addresses_are_gone(message: str, expected: str) -> None:
    assert logs.masked(message) == expected


def test_too_little_is_said_with_the_count(tmp_path: Path) -> None:
    small = logs.read(written(tmp_path, TALKS)).too_small
    assert small is not None and "只有 5 句" in small and "25,000" in small
    assert logs.ChatLog(tuple(map(str, range(logs.MIN_LINES))), ()).too_small is None


def test_a_larger_log_is_thinned_by_whole_conversations_over_its_whole_length(tmp_path: Path) -> None:
    talks = [f"第{chr(0x4E00 + number)}单发货\n第{chr(0x4E00 + number)}单到了\n" for number in range(64)]
    said: list[str] = []
    log = logs.read(written(tmp_path, "\n".join(talks)), said.append, most=40)
    assert log.every == 4
    assert len(log.conversations) == 16
    assert len(log.lines) == 32
    assert log.lines[0] == "第一单发货" and log.lines[-1] == f"第{chr(0x4E00 + 60)}单到了"
    assert all(len(row) == 2 for row in log.conversations)
    assert "每 4 段对话取 1 段" in said[-1]


def test_a_block_without_end_is_taken_as_several(tmp_path: Path) -> None:
    log = logs.read(written(tmp_path, "好的谢谢你\n" * (logs.MAX_TALK + 1)))
    assert [len(row) for row in log.conversations] == [logs.MAX_TALK, 1]


def test_neighbours_are_different_messages_said_one_after_the_other() -> None:
    log = logs.ChatLog(("甲", "乙", "丙"), ((0, 1, 1, 2), (0, 1), (1, 0)))
    assert sorted(logs.neighbouring(log)) == [("乙", "丙"), ("乙", "甲"), ("甲", "乙")]
    assert len(logs.neighbouring(log, most=2)) == 2
    greeting = logs.ChatLog(tuple("零一二三四五六七八九"), tuple((0, number) for number in range(1, 10)))
    assert len(logs.neighbouring(greeting, per_line=5)) == 5


def test_neighbours_come_mixed_and_the_same_way_each_time() -> None:
    talk = logs.ChatLog(tuple(map(str, range(100))), (tuple(range(100)),))
    pairs = logs.neighbouring(talk)
    assert pairs == logs.neighbouring(talk)
    assert pairs != sorted(pairs, key=lambda pair: int(pair[0]))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\0\0", "不是文本文件"),
        ("好的".encode("utf-16"), "不是文本文件"),
        ("发票\n".encode() * 60 + b"\xff\xff\xff\n\xff\xfe\xfe\n", "第 61 行"),
        (b"a" * (logs.MAX_LINE_BYTES + 5), "第 1 行超过 1 MB"),
    ],
)
def test_what_is_no_chat_log_is_refused_with_its_place(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "chats.txt"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=words) as caught:
        logs.read(path)
    assert str(path) in str(caught.value)


def test_one_line_that_cannot_be_decoded_does_not_stop_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "chats.txt"
    path.write_bytes("什么时候发货\n".encode() * 200 + b"\xff\xff\xff\n" + "发票呢\n".encode("gb18030"))
    assert logs.read(path).lines == ("什么时候发货", "发票呢")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for ask in (logs.read, logs.check):
        for path, why in ((tmp_path / "none.txt", "没有这个文件"), (tmp_path, "这是文件夹")):
            with pytest.raises(BadInput, match=f"读不了：{why}"):
                ask(path)


def test_what_is_no_text_is_seen_before_a_training_begins(tmp_path: Path) -> None:
    logs.check(written(tmp_path, TALKS, "gb18030"))
    (tmp_path / "chats.txt").write_bytes(b"PK\x03\x04\0\0")
    with pytest.raises(BadInput, match="不是文本文件"):
        logs.check(tmp_path / "chats.txt")


def test_an_empty_file_is_a_log_of_nothing(tmp_path: Path) -> None:
    log = logs.read(written(tmp_path, "\n\n"))
    assert (log.lines, log.conversations) == ((), ())
    assert log.too_small
