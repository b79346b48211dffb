"""Files in a folder and in a bucket: the same tests on both, and what is the bucket's own."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from offpage.host.compose import Place, check_storage
from offpage.host.settings import read_settings
from offpage.kernel.errors import AppError, StorageFailed
from offpage.services.files import ROUTE, Attached, Files
from offpage.services.local_files import LocalFiles
from offpage.services.s3_files import Bucket, S3Files, bucket_of
from tests.other_api import Told, other_api
from tests.processes import offpage, serving
from tests.s3_server import KEY_ID, SECRET, S3Server, s3_server
from tests.site import write_app

pytestmark = pytest.mark.on_sqlite("Files are kept beside the database, whichever it is.")

NOW = 1_700_000_000_000
ORDER = Attached("order", "1700000000000x000000000000000001", "1700000000000x000000000000000002")

Open = Callable[[], Files]


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture(params=["folder", "bucket"])
def open_files(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the test's own storage, again as another process would."""
    secret = b"s" * 32
    if request.param == "folder":
        return lambda: LocalFiles(tmp_path / "files", secret)
    server: S3Server = request.getfixturevalue("s3")
    bucket = server.bucket()
    return lambda: S3Files(bucket, "live", secret)


def content(files: Files, address: str) -> bytes:
    found = files.find(*address.split("/")[2:])
    assert found is not None
    assert found.address == address
    return files.read(found, 0, found.size)


def test_a_file_is_found_with_what_is_known_of_it(open_files: Open) -> None:
    address = open_files().keep("My photo.png", b"\x89PNG", NOW)
    assert address.startswith(f"{ROUTE}/f{NOW}x")
    files = open_files()
    found = files.find(*address.split("/")[2:])
    assert found is not None
    assert (found.name, found.size, found.attached) == ("My_photo.png", 4, None)
    assert (found.content_type, found.is_download) == ("image/png", False)
    assert content(files, address) == b"\x89PNG"
    assert (files.read(found, 1, 2), files.read(found, 3, 9), files.read(found, 4, 9)) == (b"PN", b"G", b"")


def test_a_private_file_keeps_its_thing(open_files: Open) -> None:
    address = open_files().keep("a.html", b"<b>", NOW, ORDER)
    found = open_files().find(*address.split("/")[2:])
    assert found is not None
    assert found.attached == ORDER
    assert found.is_download
    assert open_files().find(found.id, ".attached") is None


@pytest.mark.parametrize("size", [0, 1, 12_000_000])
def test_streams_and_texts_of_any_length(open_files: Open, size: int) -> None:
    sent = bytes(index % 251 for index in range(1000)) * (size // 1000) if size > 1 else b"x" * size
    stream = io.BytesIO(b"before" + sent)
    stream.seek(6)  # it is read from where it stands
    for given in (sent, stream):
        assert content(open_files(), open_files().keep("a.bin", given, NOW)) == sent


def test_a_step_that_is_repeated_leaves_one_file(open_files: Open) -> None:
    key = f"{NOW}x000000000000000001/workflows/go/steps/0"
    assert open_files().kept(key) is None
    first = open_files().keep("a.txt", b"first", NOW, ORDER, key)
    assert open_files().kept(key) == first
    assert open_files().keep("b.txt", b"second", NOW + 5, None, key) == first
    assert content(open_files(), first) == b"first"
    assert open_files().keep("a.txt", b"other", NOW, None, key + "/1") != first


def test_a_file_that_is_dropped_is_gone(open_files: Open) -> None:
    files = open_files()
    stays, goes = files.keep("a.txt", b"a", NOW), files.keep("a.txt", b"b", NOW, ORDER)
    for address in (goes, goes, "", "/", f"{ROUTE}/../a.txt", "https://a.test/fileupload/x/a.txt", f"{ROUTE}/x/y/z"):
        files.drop(address)
    assert files.find(*goes.split("/")[2:]) is None
    assert content(files, stays) == b"a"


@pytest.mark.parametrize(
    ("file_id", "name"),
    [("..", "a"), ("f" + "0" * 13 + "x" + "0" * 32, "../a"), ("", "a"), ("f" + "0" * 13 + "x" + "0" * 32, "a")],
)
def test_nothing_else_can_be_named(open_files: Open, file_id: str, name: str) -> None:
    assert open_files().find(file_id, name) is None


def test_a_scratch_file_is_written_and_read(open_files: Open) -> None:
    with open_files().scratch() as scratch:
        scratch.write(b"abc")
        scratch.seek(0)
        assert scratch.read() == b"abc"


# What is the bucket's own.


def test_objects_lie_under_the_prefix_and_the_environment(s3: S3Server) -> None:
    bucket = s3.bucket()
    address = S3Files(bucket, "development").keep("a.txt", b"a", NOW, ORDER)
    assert s3.objects(bucket) == [f"shop/development/{address.removeprefix(ROUTE + '/')}"]
    assert S3Files(bucket, "live").find(*address.split("/")[2:]) is None


def closed_port(bucket: Bucket) -> Bucket:
    return replace(bucket, endpoint="http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: replace(one, name="not-there"), "There is no such bucket. Look at OFFPAGE_FILES."),
        (closed_port, "at http://127.0.0.1:1 could not be reached."),
    ],
)
def test_a_storage_that_cannot_be_used_is_said_in_a_sentence(
    s3: S3Server, change: Callable[[Bucket], Bucket], said: str
) -> None:
    bucket = change(s3.bucket())
    with pytest.raises(AppError) as refused:
        check_storage(Place(Path(), Path(), bucket=bucket))
    assert refused.value.message.startswith(f"The file storage s3://{bucket.name}")
    assert refused.value.message.endswith(said)
    with pytest.raises(StorageFailed) as failed:
        S3Files(bucket, "live").keep("a.txt", b"a", NOW)
    assert failed.value.retryable is (change is closed_port)


def test_keys_that_are_wrong_are_said_without_showing_them(s3: S3Server) -> None:
    """Moto checks keys once it is told to; then it knows only those that were made by its own IAM."""
    bucket = s3.bucket()
    httpx2.post(f"{s3.url}/moto-api/reset-auth", content=b"0").raise_for_status()
    try:
        with pytest.raises(AppError, match=r"It does not know the key\. Look at OFFPAGE_FILES_KEY_ID") as refused:
            S3Files(bucket, "live").check()
        assert KEY_ID not in refused.value.message
        assert SECRET not in refused.value.message
        with pytest.raises(StorageFailed, match="OFFPAGE_FILES_KEY_ID"):
            S3Files(bucket, "live").find("f" + "0" * 13 + "x" + "0" * 32, "a.txt")
    finally:
        httpx2.post(f"{s3.url}/moto-api/reset-auth", content=b"inf").raise_for_status()


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"OFFPAGE_FILES": "/mnt/files"}, "is an address such as s3://my-bucket/shop, not '/mnt/files'"),
        ({"OFFPAGE_FILES": "s3://"}, "is an address such as"),
        ({"OFFPAGE_FILES": "s3://a-bucket", "OFFPAGE_FILES_KEY_ID": "k"}, "belong together"),
        ({"OFFPAGE_FILES": "s3://a-bucket", "OFFPAGE_FILES_ENDPOINT": "s3.test"}, "such as https://s3.example.com"),
    ],
)
def test_settings_that_mean_nothing_are_refused(variables: dict[str, str], said: str) -> None:
    with pytest.raises(AppError, match=said):
        read_settings(variables, {})


def test_an_address_has_a_bucket_and_perhaps_a_prefix() -> None:
    assert bucket_of("s3://my-files/a/b/") == Bucket("my-files", "a/b")
    assert bucket_of("s3://my-files").prefix == ""
    assert "hush" not in repr(bucket_of("s3://my-files", key_id="k", secret="hush"))


# From outside.

APP = {
    "types/order.yaml": """
        fields: {total: number, file: file}
        privacy:
          big: {when: =this.total > 10, find: yes, view: all, files: yes}
          everyone: {find: yes, view: all}
        """,
    "workflows/keep.yaml": """
        auth: none
        ignore_privacy: yes
        parameters: {photo: file, total: number, from: text}
        steps:
          - {do: create_thing, as: order, with: {type: order, set: {total: =total}}}
          - {do: save_file, as: private, with: {text: hidden, name: a.txt, attach_to: =order}}
          - {do: save_file, as: fetched, with: {url: =from}}
          - do: return_data
            with:
              values:
                photo: =photo
                private: =private
                link: =private.secure_url
                fetched: =fetched
                content: =fetched.base64
        """,
    "workflows/drop.yaml": """
        auth: none
        ignore_privacy: yes
        parameters: {file: file}
        steps:
          - {do: delete_file, with: {file: =file}}
        """,
}


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_files_from_outside(kind: str, s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = s3.bucket()
    if kind == "bucket":
        monkeypatch.setenv("OFFPAGE_FILES", f"s3://{bucket.name}/shop")
        monkeypatch.setenv("OFFPAGE_FILES_ENDPOINT", s3.url)
        monkeypatch.setenv("OFFPAGE_FILES_KEY_ID", KEY_ID)
        monkeypatch.setenv("OFFPAGE_FILES_SECRET", SECRET)
    photo = bytes(range(256)) * 10_000
    folder = write_app(tmp_path / "app", {**APP, "app.yaml": "name: T\noutside: {allow: [127.0.0.1]}\n"})
    with other_api() as api, serving(folder, tmp_path / "data") as server, server.client() as client:
        api.answer = lambda asked: Told(200, b"%PDF-1", {"Content-Type": "application/pdf"})
        form = {"total": "11", "from": f"{api.url}/bill"}
        seen = client.post("keep", data=form, files={"photo": ("p.png", photo, "image/png")})
        assert seen.status_code == 200, seen.text
        kept = seen.json()["response"]

        def get(address: str, **headers: str) -> httpx2.Response:
            url = address if address.startswith("http") else f"http://127.0.0.1:{server.port}{address}"
            return httpx2.get(url, headers=headers)

        whole = get(kept["photo"])
        assert (whole.status_code, whole.content) == (200, photo)
        assert whole.headers["content-type"] == "image/png"
        assert whole.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert "immutable" in whole.headers["cache-control"]
        part = get(kept["photo"], range="bytes=1000000-1999999")
        assert (part.status_code, part.content) == (206, photo[1_000_000:2_000_000])
        assert part.headers["content-range"] == f"bytes 1000000-1999999/{len(photo)}"
        assert get(kept["photo"], range="bytes=-5").content == photo[-5:]
        assert get(kept["photo"], range=f"bytes={len(photo)}-").status_code == 416
        head = httpx2.head(f"http://127.0.0.1:{server.port}{kept['photo']}")
        assert (head.headers["content-length"], head.content) == (str(len(photo)), b"")

        assert (get(kept["fetched"]).content, kept["content"]) == (b"%PDF-1", "JVBERi0x")
        assert get(kept["link"]).content == b"hidden"
        assert get(kept["link"].replace("for=*", "for=x")).status_code == 401
        assert get(kept["private"]).content == b"hidden"  # the rule `big` lets everybody
        assert client.post("drop", json={"file": kept["private"]}).status_code == 200
        assert get(kept["private"]).status_code == 404

        small = client.post("keep", data={**form, "total": "1"}, files={"photo": ("p.png", b"1")}).json()["response"]
        assert get(small["private"]).status_code == 401
    there = list((tmp_path / "data").rglob("*.png"))
    assert (len(there), len([one for one in s3.objects(bucket) if one.endswith(".png")])) == (
        (0, 2) if kind == "bucket" else (2, 0)
    )


def test_a_server_whose_storage_cannot_be_used_does_not_start(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFPAGE_FILES", "s3://nobody-has-this")
    monkeypatch.setenv("OFFPAGE_FILES_ENDPOINT", s3.url)
    monkeypatch.setenv("OFFPAGE_FILES_KEY_ID", KEY_ID)
    monkeypatch.setenv("OFFPAGE_FILES_SECRET", SECRET)
    folder = write_app(tmp_path / "app", APP)
    command = offpage("dev", str(folder), "--port", "0", "--data", str(tmp_path / "data"))
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0
    assert "s3://nobody-has-this cannot be used. There is no such bucket. Look at OFFPAGE_FILES." in ended.stderr
    assert "Traceback" not in ended.stderr
