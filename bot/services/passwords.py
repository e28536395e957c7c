"""Passwords: what is good enough, and Argon2id. Who signs in under a name that is not there waits as long as everybody else."""

from __future__ import annotations

import asyncio
import re
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.errors import BadInput

MIN_CHARS = 10
MAX_CHARS = 256
AT_ONCE = 2
"""Hashes at the same time: each takes 64 MB and a core, and a gateway has little of both."""

# The first guesses of everybody who guesses; what is shorter than MIN_CHARS without its ornaments is compared without them, too.
COMMON = frozenset(
    """
    password passw0rd qwerty qwertyuiop qwertyui asdfghjkl asdfgh zxcvbnm zxcvbn qazwsx qazwsxedc 1qaz2wsx 1qaz2wsx3edc 1q2w3e 1q2w3e4r
    1q2w3e4r5t q1w2e3r4 q1w2e3r4t5 abc abcd abcdef abcdefgh abc123 admin administrator root login letmein welcome master monkey dragon
    football baseball superman iloveyou sunshine princess trustno1 changeme default secret test testing guest user hello whatever shadow
    woaini woaini1314 wodemima mima woaiwojia nihao taobao tianmao tmall alipay zhifubao weixin wechat jingdong pinduoduo kefu
    qiantai desk frontdesk customer service support company 5201314 1314520 147258369 789456123 123123 112233 123321 a123456 123456a
    123qwe qwe123 asd123 zxc123 aa123456 qq123456 wang123456 zhang123456 p@ssw0rd p@ssword pa$$word 前台 客服 密码 我的密码 我爱你
    """.split()
)
_ORNAMENTS = re.compile(r"^[\d\W_]+|[\d\W_]+$")
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")

# Argon2id with the library's defaults (RFC 9106, low-memory profile).
_HASHER = PasswordHasher()
# The hash of a random word that nobody knows, with the same cost.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$pQ8Cw5bM0y2cZ8sQmS2yJQ$Jm0Zb9k1nU0nq1eGm5iJc3wq8r4vM2aVt5xH7yL9kPo"


class Passwords:
    """Hashing beside the event loop, a few at a time."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)

    async def hashed(self, password: str) -> str:
        """The hash to store."""
        async with self._room:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def fits(self, hashed: str | None, password: str) -> bool:
        """Whether the password has this hash; as slow without one, so that the time does not tell who works here."""
        async with self._room:
            return await asyncio.to_thread(_fits, hashed or _NOBODY, password)


def checked(password: str | None, name: str = "") -> str:
    """The password as it is compared, or a made-up one for None. BadInput when it is short, long, or among the first guesses."""
    if password is None:
        return secrets.token_urlsafe(12)
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        raise BadInput(f"密码要 {MIN_CHARS}–{MAX_CHARS} 个字符")
    if is_common(password, name):
        raise BadInput("这个密码太常见，或含有自己的名字，容易被猜到：换一个，例如几个不相干的词连在一起")
    return password


def is_common(password: str, name: str = "") -> bool:
    """Whether it is an early guess: a common word with ornaments, a run of keys, few different characters, the own name."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    bare = _ORNAMENTS.sub("", folded)
    own = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    return (
        folded in COMMON
        or (bare in COMMON and len(bare) < MIN_CHARS)
        or len(set(folded)) < 4
        or any(folded in run or folded in run[::-1] for run in _RUNS)
        or (len(own) > 1 and own in folded)
    )


def _fits(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password[: MAX_CHARS + 1])
    except (Argon2Error, InvalidHashError):
        return False
