"""Passwords: their hashes, the policy, temporary ones."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters

from offpage.accounts.passwords import (
    LONGEST,
    NOBODYS,
    check_policy,
    hash_password,
    is_outdated,
    is_password,
    temporary_password,
)
from offpage.kernel.errors import WeakPassword
from offpage.model.documents import PasswordPolicy

ANYTHING = PasswordPolicy(min_length=1)
STRICT = PasswordPolicy(min_length=10, digit=True, capital=True, symbol=True)


def test_a_hash_is_argon2id_with_a_salt_of_its_own() -> None:
    one, other = hash_password("correct horse"), hash_password("correct horse")
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert one != other
    assert is_password(one, "correct horse")
    assert is_password(other, "correct horse")
    assert not is_password(one, "Correct horse")


def test_letters_are_the_same_however_a_keyboard_composes_them() -> None:
    assert is_password(hash_password("cafe\u0301 au lait"), "café au lait")


@pytest.mark.parametrize("password", ["", "\x00", "\ud800", "a\x00b", "😀" * 100, "x" * LONGEST])
def test_any_text_can_be_compared(password: str) -> None:
    known = hash_password(password)
    assert is_password(known, password)
    assert not is_password(known, password + "x")


def test_nobodys_hash_costs_as_much_as_anybodys_and_fits_nothing() -> None:
    assert extract_parameters(NOBODYS) == extract_parameters(hash_password("x"))
    assert not is_password(None, "")
    assert not is_password(None, "x")
    assert not is_password(NOBODYS, "x")


def test_what_is_no_hash_is_nobodys_password() -> None:
    assert not is_password("not a hash", "not a hash")


def test_a_hash_of_other_costs_is_outdated() -> None:
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))
    assert not is_outdated(hash_password("x"))


def test_a_policy_names_all_that_is_missing_at_once() -> None:
    with pytest.raises(WeakPassword) as refused:
        check_policy(STRICT, "weak")
    assert refused.value.message == (
        "This password needs at least 10 characters, a digit, a capital letter"
        " and a character that is neither a letter nor a digit."
    )
    assert "weak" not in refused.value.message
    check_policy(STRICT, "Str0ng enough!")


@pytest.mark.parametrize("policy", [ANYTHING, PasswordPolicy()])
def test_an_empty_password_is_never_accepted(policy: PasswordPolicy) -> None:
    with pytest.raises(WeakPassword):
        check_policy(policy, "")


def test_a_password_has_an_end() -> None:
    check_policy(ANYTHING, "x" * LONGEST)
    with pytest.raises(WeakPassword):
        check_policy(ANYTHING, "x" * (LONGEST + 1))


@pytest.mark.parametrize("policy", [ANYTHING, PasswordPolicy(), STRICT, PasswordPolicy(40, True, True, True)])
def test_every_temporary_password_fits_the_policy_and_no_two_are_alike(policy: PasswordPolicy) -> None:
    made = [temporary_password(policy) for _ in range(200)]
    for one in made:
        check_policy(policy, one)
        assert not set(one) & set("lIO01")
    assert len(set(made)) == 200
