"""Which passwords are taken."""

from __future__ import annotations

import pytest

from bot.errors import BadInput
from bot.services.passwords import Passwords, checked, is_common


@pytest.mark.parametrize(
    "password",
    ["password2026", "Passw0rd!!!!", "1234567890", "0987654321", "qwertyuiop", "P@ssw0rd2026", "aaaaaaaaaaaa", "abababababab", "qiantai2026!",
     "１２３４５６７８９０", "客服客服客服客服客服", "woaini1314520", "小林的密码2026号"],
)  # fmt: skip
def test_an_early_guess_is_refused_with_a_way_out(password: str) -> None:
    with pytest.raises(BadInput, match="换一个"):
        checked(password, "小林")


@pytest.mark.parametrize("password", ["苹果梯子蓝色的周三见", "correct horse battery", "xK9-vq2T_m4w", "passwordless entry"])
def test_a_good_one_is_taken_as_it_is(password: str) -> None:
    assert checked(password, "小林") == password


def test_one_that_is_made_up_is_never_an_early_guess() -> None:
    made = {checked(None) for _ in range(50)}
    assert len(made) == 50 and not any(is_common(password) for password in made)


@pytest.mark.parametrize("password", ["短", "x" * 9, "长" * 257])
def test_length_has_two_ends(password: str) -> None:
    with pytest.raises(BadInput, match="10–256"):
        checked(password)


async def test_only_the_password_fits_its_hash() -> None:
    passwords = Passwords()
    hashed = await passwords.hashed("苹果梯子蓝色的周三见")
    assert await passwords.fits(hashed, "苹果梯子蓝色的周三见")
    for other, given in ((hashed, "苹果梯子蓝色的周四见"), (None, "苹果梯子蓝色的周三见"), ("no hash", "x")):
        assert not await passwords.fits(other, given)
