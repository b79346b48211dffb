"""What tests of this folder share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.other_api import OtherApi, other_api


@pytest.fixture(scope="module")
def api() -> Iterator[OtherApi]:
    """Another program, the same for all tests of a module."""
    with other_api() as found:
        yield found
