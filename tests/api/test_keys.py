"""The key of a database: made once, known again, asked for, and given up where it is lost."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from offpage.cli.main import run
from offpage.host.compose import Place
from offpage.host.keys import forget_key, own_key, sealing_of
from offpage.kernel.errors import AppError
from offpage.services.key_file import find_key
from offpage.services.sealing import is_sealed
from offpage.store import settings
from offpage.store.tx import Database
from tests.site import Served, play


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "app", tmp_path / "data")


def test_a_database_knows_its_key_again(place: Place, database: Database) -> None:
    first = sealing_of(place, database)
    assert sealing_of(place, database).open(first.seal("it")) == "it"


def test_a_start_with_another_key_is_refused_and_changes_nothing(place: Place, database: Database) -> None:
    first = sealing_of(place, database)
    other = Place(place.folder, place.data, key="ab" * 32)
    with pytest.raises(AppError, match=r"another key than the one in OFFPAGE_KEY.*offpage forget-key"):
        sealing_of(other, database)
    assert sealing_of(place, database).check == first.check


def test_a_start_without_the_key_is_refused_and_makes_none(place: Place, database: Database) -> None:
    sealing_of(place, database)
    (place.data / "key").unlink()
    with pytest.raises(AppError, match=r"there is none in .*key.*offpage forget-key"):
        sealing_of(place, database)
    assert find_key(place.data) is None


def test_a_key_of_the_environment_needs_no_file_and_serves_in_any_folder(place: Place, database: Database) -> None:
    given = Place(place.folder, place.data, key="ab" * 32)
    elsewhere = Place(place.folder, place.data / "elsewhere", key="AB" * 32)
    assert sealing_of(given, database).check == sealing_of(elsewhere, database).check
    assert not place.data.exists()


def test_a_key_that_is_lost_can_be_given_up(place: Place, database: Database) -> None:
    lost = sealing_of(place, database)
    (place.data / "key").unlink()
    assert database.write_now(forget_key)
    assert sealing_of(place, database).check != lost.check
    assert database.write_now(forget_key)
    assert not database.write_now(forget_key)


def test_the_fingerprint_key_of_a_former_version_stays_in_use_but_sealed(place: Place, database: Database) -> None:
    database.write_now(lambda tx: settings.put(tx, "fingerprint_key", "cd" * 32))
    sealing = sealing_of(place, database)
    assert own_key(database, sealing, "live", "fingerprint_key") == bytes.fromhex("cd" * 32)
    kept = database.read(lambda tx: settings.get(tx, "fingerprint_key"))
    assert kept is not None
    assert is_sealed(kept)
    assert own_key(database, sealing, "live", "fingerprint_key") == bytes.fromhex("cd" * 32)


def test_the_fingerprint_key_is_not_in_a_new_database(place: Place, database: Database) -> None:
    sealing = sealing_of(place, database)
    assert own_key(database, sealing, "live", "fingerprint_key") == own_key(
        database, sealing_of(place, database), "live", "fingerprint_key"
    )
    assert own_key(database, sealing, "live", "file_key") != own_key(database, sealing, "development", "file_key")
    assert database.read(lambda tx: settings.get(tx, "fingerprint_key")) is None


def test_the_command_gives_a_key_up_only_when_told_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "tasks"
    assert run(["new", str(folder)]) == 0
    users = ["users", "list", str(folder)]
    assert run(users) == 0
    (folder / ".offpage" / "key").write_text("ab" * 32)
    assert run(users) == 1
    assert run(["forget-key", str(folder)]) == 0
    assert run(users) == 1
    assert run(["forget-key", str(folder), "--yes"]) == 0
    assert run(users) == 0
    assert "another key" in capsys.readouterr().err


def test_the_hash_of_a_request_with_an_idempotency_key_is_made_with_the_key(tmp_path: Path) -> None:
    """A password may stand in any request; a plain hash could be compared with guesses at full speed."""
    looks = "auth: none\nsteps:\n  - {do: return_data, with: {values: {it: =request.body.password.to_text}}}\n"
    body = b'{"password": "correct horse"}'

    async def story(app: Served) -> None:
        for _ in range(2):
            seen = await app.ask(
                "POST", "looks", body=body, headers={"idempotency-key": "k", "content-type": "text/json"}
            )
        assert seen.headers["idempotent-replayed"] == "true"
        [(kept,)] = app.database.read(lambda tx: tx.rows("SELECT body_hash FROM op_answers"))
        plain = [sha256(one).hexdigest() for one in (body, sha256(body).digest())]
        assert kept not in plain

    play(tmp_path, {"workflows/looks.yaml": looks}, story)
