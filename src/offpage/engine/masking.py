"""Keeps secrets out of records: wherever the text of a secret stands in what is written down, a mask stands instead.

Plain data is masked before it becomes JSON: only texts and keys, so that a secret `true` leaves yes and no alone. As
secrets are rare in records, the JSON is looked through first; the data is walked only where a secret may be in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

import msgspec
import re2

from offpage.engine.secret_forms import encoded_forms
from offpage.program.tracing import HIDDEN

MASK: Final = HIDDEN
SHORTEST: Final = 4
"""Shorter secrets are not masked: they would blot out ordinary text and hide nothing."""

LOOKER_BYTES: Final = 64 * 1024 * 1024
"""How much memory looking for all secrets at once may take, at most."""

_CUT_MARK: Final = "… ("
_CUT: Final = re.compile(r"(.*)(… \([0-9]+ characters\))", re.DOTALL)
"""A text that the journal has cut: it may end in the middle of a secret."""

OF_ENTRIES: Final = frozenset({"address", "code", "do", "state"})
OF_ANSWERS: Final = frozenset({"content_type", "kind"})
"""Keys whose values are words of our own."""

_encode: Final = msgspec.json.Encoder(enc_hook=str).encode
"""`enc_hook` is for texts of a class of their own, such as a thing as it was."""


def as_text(data: Any) -> str:
    """Plain data as JSON text."""
    return _encode(data).decode()


class Masks:
    """What no record may show: the app's secrets."""

    __slots__ = ("_look", "_secrets")

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self.take(secrets)

    def take(self, secrets: Mapping[str, str], used: Collection[str] | None = None) -> None:
        """Mask these secrets from now on; those that are `used` (None: all) in their encoded forms, too."""
        texts = {one for one in secrets.values() if len(one) >= SHORTEST}
        for name, one in secrets.items():
            if one in texts and (used is None or name in used):
                texts |= encoded_forms(one)
        self._secrets = tuple(sorted(texts, key=len, reverse=True))
        self._look = _looker(tuple(map(_inside, self._secrets)))

    def text(self, data: Any, hidden: Sequence[str] = (), *, ours: frozenset[str] = frozenset()) -> str:
        """Plain data as JSON text, with masks for the secrets and for what else is `hidden`.

        The values of the keys in `ours` are left as they are.
        """
        text = as_text(data)
        if not (self._secrets or hidden) or not self.may_show(text, hidden):
            return text
        masking = _Masking(self._secrets, hidden)
        return as_text(masking.of(data) if not ours else masking.around(data, ours))

    def journal(self, entries: Any, hidden: Sequence[str] = ()) -> str:
        """A journal as JSON text; what steps are called, and how they ended, is no secret."""
        return self.text(entries, hidden, ours=OF_ENTRIES)

    def data(self, data: Any, hidden: Sequence[str] = ()) -> Any:
        """Plain data with masks."""
        return _Masking(self._secrets, hidden).of(data)

    def sentence(self, text: str, hidden: Sequence[str] = ()) -> str:
        """A sentence with masks."""
        return _Masking(self._secrets, hidden).of_text(text)

    def may_show(self, text: str, hidden: Sequence[str] = ()) -> bool:
        """Whether JSON text may hold a secret, or a piece of one: a quick answer, yes where in doubt."""
        if self._look(text) or any(_inside(one) in text for one in hidden):
            return True
        return _CUT_MARK in text and bool(self._secrets or hidden)


def _looker(forms: Sequence[str]) -> Callable[[str], bool]:
    """A function that says whether one of many texts stands in a text: all are looked for at once, every record asks."""
    if not forms:
        return lambda text: False
    options = re2.Options()
    options.max_mem = LOOKER_BYTES
    options.log_errors = False
    try:
        pattern = re2.compile("|".join(map(re2.escape, forms)), options)
    except (re2.error, UnicodeError):  # too many of them
        return lambda text: any(form in text for form in forms)
    return lambda text: pattern.search(text) is not None


def masker(secrets: Mapping[str, str]) -> Masks:
    """The masks of an app with these secrets."""
    return Masks(secrets)


class _Masking:
    """Walks through plain data."""

    def __init__(self, secrets: Sequence[str], hidden: Sequence[str]) -> None:
        self._alone = frozenset(hidden)  # however short
        longer = [one for one in hidden if len(one) >= SHORTEST]
        self._parts = sorted({*secrets, *longer}, key=len, reverse=True)

    def of(self, data: Any) -> Any:
        match data:
            case str():
                return self.of_text(data)
            case dict():
                return {self.of_text(key): self.of(value) for key, value in data.items()}
            case list() | tuple():
                return [self.of(value) for value in data]
        return data

    def around(self, data: Any, ours: frozenset[str]) -> Any:
        """Records of ours, which have such keys: entries, the entries inside them, errors; what is in them is masked."""
        if isinstance(data, list):
            return [self.around(one, ours) for one in data]
        return {
            key: value if key in ours else self.around(value, ours) if key in ("steps", "error") else self.of(value)
            for key, value in data.items()
        }

    def of_text(self, text: str) -> str:
        if text in self._alone:
            return MASK
        for one in self._parts:
            if one in text:
                text = text.replace(one, MASK)
        if _CUT_MARK in text and (cut := _CUT.fullmatch(text)):
            return self._without_end(cut[1]) + cut[2]
        return text

    def _without_end(self, head: str) -> str:
        """What is left of a cut text, without the beginning of a secret at its end."""
        for one in self._parts:
            for length in range(min(len(one) - 1, len(head)), SHORTEST - 1, -1):
                if head.endswith(one[:length]):
                    return head[: len(head) - length] + MASK
        return head


def _inside(text: str) -> str:
    """A text as it stands between the quotes of a JSON text."""
    return as_text(text)[1:-1]
