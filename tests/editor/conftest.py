"""What tests of the editor share."""

from __future__ import annotations

from tests.api.conftest import database_url

__all__ = ["database_url"]
