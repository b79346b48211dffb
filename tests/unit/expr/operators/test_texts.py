from __future__ import annotations

from typing import Any

import pytest

from offpage.values.types import FILE
from tests.unit.expr.operators.saying import Typed, problems, say


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"straße".uppercase', "STRASSE"),
        ('"ÆØÅ".lowercase', "æøå"),
        ('"per hansen-bø".capitalized', "Per Hansen-bø"),
        ('" \\u00a0x y ".trimmed', "x y"),
        ('"日本語".length', 3.0),
        ('"a" + "b"', "ab"),
        ('"a".append("b")', "ab"),
        ('"abc".contains("B")', False),
        ('"abc".not_contains("B")', True),
        ('"a_c".contains("%")', False),
        ('"abc".starts_with("ab")', True),
        ('"abc".ends_with("ab")', False),
        ('"abcdef".truncated_to(2)', "ab"),
        ('"abcdef".truncated_from_end_to(2)', "ef"),
        ('"abcdef".truncated_to(-1)', ""),
        ('"a, b,c".split_by(",")', ["a", " b", "c"]),
        ('"a\\r\\nb\\nc".split_by("\\n")', ["a", "b", "c"]),
        ('"abc".split_by("")', None),
        ('"a.b.c".replace(".", "")', "abc"),
        ('"abc".replace("", "x")', "abc"),
        ('"+1 555-123.4567".us_phone', "(555) 123-4567"),
        ('"555 1234".us_phone', None),
        ('"per@firma.test".email_domain', "firma.test"),
        ('"nobody".email_domain', None),
        ('"https://a.test:80/b/c?d".url_domain', "a.test"),
        ('"https://a.test:80/b/c?d".url_path', "/b/c"),
        ('"http://[".url_domain', None),
    ],
)
def test_texts(text: str, expected: Any) -> None:
    assert say(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a1 b22 c".extract("[0-9]+")', ["1", "22"]),
        ('"abc".extract("x")', []),
        ('"2026-01-31".replace_pattern("[^0-9]", "")', "20260131"),
        ('"æ1ø2".replace_pattern("[0-9]", "\\\\1")', "æ\\1ø\\1"),
        ('"abc".matches("^a.c$")', True),
    ],
)
def test_regular_expressions(text: str, expected: Any) -> None:
    assert say(text) == expected


@pytest.mark.parametrize("pattern", ["(", "(?=b)"])
def test_a_regular_expression_that_cannot_be_used_finds_nothing(pattern: str) -> None:
    assert say('"abc".extract(p)', p=pattern) is None
    assert say('"abc".matches(p)', p=pattern) is False
    assert len(problems(f'"abc".extract("{pattern}")')) == 1


def test_a_regular_expression_takes_no_longer_than_the_text_is_long() -> None:
    assert say("t.matches(p)", t="a" * 50_000, p="(a+)+$") is True
    assert say("t.matches(p)", t="a" * 50_000 + "!", p="(a+)+$") is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"abc".md5', "900150983cd24fb0d6963f7d28e17f72"),
        ('"abc".sha1', "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ('"abc".sha256', "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            '"what do ya want for nothing?".hmac_sha256("Jefe")',
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        ('"hé".base64', "aMOp"),
        ('"aMOp".from_base64', "hé"),
        ('"aMOp\\n".from_base64', "hé"),
        ('"_-8".from_base64', None),
        ('"AA==".from_base64', None),
        ('"!".from_base64', None),
        ('"a b/ø&".url_encoded', "a%20b%2F%C3%B8%26"),
        ('"a%20b%2F%C3%B8".url_decoded', "a b/ø"),
        ('"a%00b".url_decoded', None),
    ],
)
def test_encodings(text: str, expected: str | None) -> None:
    assert say(text) == expected


@pytest.mark.parametrize(
    ("hay", "words", "expected"),
    [
        ("The dog is running in the park", "runs dogs", True),
        ("The dog is running in the park", "park of the dog", True),
        ("red peppers", "pepper", True),
        ("red peppers", "pepp", False),
        ("Categories: planned, making boxes", "category plan make box", True),
        ("Don't panic", "dont", True),
        ("Blåbær-syltetøy 2026", "BLÅBÆR 2026", True),
        ("anything", "the of and", False),
        ("anything", "", False),
        ("", "anything", False),
        ("classes and buses", "class bus", True),
    ],
)
def test_keyword_search_finds_words_whatever_their_ending_and_order(hay: str, words: str, expected: bool) -> None:
    assert say("hay.contains_keywords(words)", hay=hay, words=words) is expected
    assert say("hay.not_contains_keywords(words)", hay=hay, words=words) is not expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f.file_name", "år rapport.PDF"),
        ("f.extension", "pdf"),
        ("f.url", "https://cdn.test/x/%C3%A5r%20rapport.PDF?v=1"),
        ("f.contains('cdn')", True),
        ('"//a.test/".to_file.file_name', "a.test"),
        ('"x".to_file.extension', None),
    ],
)
def test_files(text: str, expected: Any) -> None:
    assert say(text, f=Typed(FILE, "https://cdn.test/x/%C3%A5r%20rapport.PDF?v=1")) == expected


def test_texts_are_compared_by_code_point() -> None:
    assert say('"B" < "a"') is True
    assert say('"é" > "z"') is True


def test_a_text_without_characters_counts_as_empty() -> None:
    assert say('t.is_empty and t == empty and not (t != empty) and t.default("x") == "x"', t="") is True
