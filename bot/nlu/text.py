"""One message made comparable: width, case, traditional characters, repeated marks, masks; and masking for logs.

Pure. Nothing here decides what a message means.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import opencc

MAX_CHARS = 1500
"""Characters of one message that are looked at; the gateway refuses longer ones, `triage` may see them."""

NUMBER, ORDER, LINK, PLACE, PERSON, MONEY, DATE = "№", "⑩", "∞", "⌂", "☺", "¤", "◷"
"""Marks that stand for what has no meaning of its own; features and words.yml can name them."""

# Numbers that are words: hot lines, promotions, deadlines. Every other number becomes 0.
_MEANT_NUMBERS = frozenset({"12315", "315", "12345", "110", "618", "1111", "1212", "11", "12", "7", "15", "24", "48", "72", "88", "886"})
_PLACEHOLDERS = {"数字": "0", "订单": ORDER, "订单号": ORDER, "订单编号": ORDER, "链接": LINK, "地址": PLACE, "站点": PLACE, "姓名": PERSON,
                 "金额": MONEY, "日期": DATE, "时间": DATE, "电话": NUMBER, "手机": NUMBER, "手机号": NUMBER, "单号": NUMBER}
_PLACEHOLDER = re.compile(r"\[(数字|订单号|订单编号|订单|链接|地址|站点|姓名|金额|日期|时间|电话|手机号|手机|单号)?[xX*\d]{0,4}\]")
_LINK = re.compile(r"(?:https?://|www\.)[^\s一-鿿]+", re.IGNORECASE)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"\d+")
_LONG_NUMBER = re.compile(r"(?<![a-z0-9])(?:[a-z]{1,4})?\d(?:[ -]?\d){7,}(?![a-z0-9])")
# Politeness before the matter, and what a shop's app pastes before the customer's words: cross-validation is a point better without them.
_OPENERS = re.compile(
    r"^(?:(?:你好|您好|亲亲?|请问一?下?|客服|在吗|在么|在不在|老板|麻烦|那个|嗨|hi(?![a-z])|hello|哈喽|喂|掌柜|店家|小二|美女|帅哥|我?想问一?下|问一下)"
    r"[啊呀呢]?[,，。!！?？~ .]*)+"
)
_PASTED = re.compile(rf"(?:咨询)?订单编?号:?{ORDER} ?|订单金额:?{MONEY} ?|下单时间:?{DATE} ?")
_CORRECTION = re.compile(
    r"^(?:(?:不对|不是|错了|哦不|等等)[,，。! ]*(?=我))?"
    r"(?:我?(?:刚才|刚刚)?[说打发写搞]错了[,，。!:： ]+|(?:我是说|我说的是|我的意思是|我意思是|我想说的是)[,，。!:： ]*)"
)
# "不是换货，是退货", "我没问物流，问发票": what is denied is not what it is about.
_DENIED = re.compile(
    r"^我?(?:(?:不是|没)(?:要|想|来)?[问说](?:这个|那个|的)?[^,，。 ]{0,8}[,，。 ]+(?=我?(?:是|就)?(?:要|想)?[问说])"
    r"|(?:要|想)?[问说]的不是[^,，。 ]{1,8}[,，。 ]+(?:而)?(?=是|我|问)"
    r"|(?:不是|不)(?:要|想)?(?:换货|退货|退款|换|退|取消|查物流|改地址|催发货)的?[,，。 ]+(?=我?(?:是|要|想|而是|就是)))"
)
_DENIED_AFTER = re.compile(r"(?<=[退换货款])[了的]?[,，。 ]*不(?:是|要|想)(?:换货|退货|退款|换|退)[了的啊呀哈]?[。!！]*$")
_MIN_CORRECTED, _MIN_OPENED, _MIN_PASTED = 2, 4, 3
# "我买的东西", "我的床垫": a thing, and nothing said of it. Words that are a matter by themselves (快递, 发票), verbs and questions are left out.
_ONLY_A_THING = re.compile(
    r"^我们?(?:买|订|拍)?的[^,，。!！?？ 0-9a-z№⑩∞¤◷"
    r"快递包件裹物流货单款票券费钱号码址品礼金尾账退换修取发寄送收签到在查催改写填付用了不没未无是有要能会可还都太就也呢吗么嘛呀啊怎咋啥谁哪坏破碎裂漏错少丢缺掉断脏臭假小大]{1,6}"
    r"[.。 ]*$"
)
_REPEAT_MARK = re.compile(r"([^\w\s])\1+")
_REPEAT_CHAR = re.compile(r"([^\W\d])\1{2,}")
_SPACE = re.compile(r"\s+")
_CJK = re.compile(r"[㐀-䶿一-鿿]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
# Traditional forms that simplified writers use too.
_BOTH_SCRIPTS = frozenset("著乾瞭祇藉於餘徵麽甚麼後裏捨颱檯週")


@dataclass(frozen=True)
class Text:
    """A message in the forms the parts need: as written, readable, and for features."""

    original: str
    plain: str
    """Half width, simplified, one space; case, numbers and marks as written."""
    features: str
    """Lower case, marks folded, numbers, links and placeholders masked."""
    traditional: bool
    english: bool


def normalise(original: str) -> Text:
    """The message's forms; at most MAX_CHARS of it are looked at."""
    wide = unicodedata.normalize("NFKC", original[:MAX_CHARS])
    wide = "".join(c for c in wide if c in "\n\t " or unicodedata.category(c)[0] != "C")
    plain = _SPACE.sub(" ", _converter().convert(wide)).strip()
    return Text(original, plain, _features(plain), is_traditional(wide), is_english(plain))


def _features(plain: str) -> str:
    text = plain.lower()
    if "[" in text:
        text = _PLACEHOLDER.sub(lambda m: _PLACEHOLDERS.get(m[1] or "", NUMBER), text)
    text = _LINK.sub(LINK, text)
    text = _MAIL.sub("@", text)
    text = _LONG_NUMBER.sub(NUMBER, text)
    text = _DIGITS.sub(lambda m: m[0] if m[0] in _MEANT_NUMBERS else "0", text)
    text = _REPEAT_CHAR.sub(r"\1\1", _REPEAT_MARK.sub(r"\1", text))
    corrected = _DENIED_AFTER.sub("", _DENIED.sub("", _CORRECTION.sub("", text, count=1), count=1), count=1)
    text = corrected if len(corrected) >= _MIN_CORRECTED else text
    opened = _OPENERS.sub("", text, count=1)
    text = opened if len(opened) >= _MIN_OPENED else text
    bare = _PASTED.sub("", text).strip()
    return bare if len(bare) >= _MIN_PASTED else text


def is_only_a_thing(features: str) -> bool:
    """Whether Text.features name something of the customer's and say nothing of it."""
    return _ONLY_A_THING.search(features) is not None


def is_traditional(text: str) -> bool:
    """Whether the writer uses traditional characters."""
    simplified = _converter().convert(text)
    if simplified == text:
        return False
    if len(simplified) != len(text):
        return True
    return any(a != b and a not in _BOTH_SCRIPTS for a, b in zip(text, simplified))


def is_english(text: str) -> bool:
    """Whether the message is written in Latin letters: at least two words of them (or one alone), hardly any Chinese."""
    words = _LATIN_WORD.findall(_LINK.sub(" ", text))
    chinese = len(_CJK.findall(text))
    letters = sum(map(len, words))
    return letters > 0 and letters >= 8 * chinese and (len(words) >= 2 or (chinese == 0 and letters >= 4))


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


_CARD = re.compile(r"(?<![0-9A-Za-z])\d(?:[ -]?\d){10,29}(?![0-9])[Xx]?")
_LETTERED = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{1,5}\d{8,18}[A-Za-z]{0,2}(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?:86)?(1[3-9]\d{9})")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－　", "0123456789- ")


def mask(text: str) -> str:
    """The text for logs and trackers: mobile numbers as 138****0000, longer numbers by their last four digits, mail addresses gone."""
    text = _MAIL.sub(lambda m: m[0][0] + "***@***", text.translate(_FULL_WIDTH))
    text = _LETTERED.sub(lambda m: "*" * 4 + m[0][-4:], text)
    return _CARD.sub(_masked_number, text)


def _masked_number(match: re.Match[str]) -> str:
    digits = re.sub(r"[^0-9Xx]", "", match[0])
    mobile = _MOBILE.fullmatch(digits)
    if mobile:
        return f"{mobile[1][:3]}****{mobile[1][-4:]}"
    return "*" * 4 + digits[-4:]
