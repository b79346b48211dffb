"""Files in a bucket of an S3-compatible storage: Amazon's, or one of those that speak as it does.

An object is `PREFIX/ENVIRONMENT/ID/NAME`. What a private file is attached to is metadata of the object itself, so that
a private one is never there without it. Storing is one request, or a multipart upload: both appear as a whole, or not.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from offpage.kernel.errors import AppError, StorageFailed
from offpage.services.files import ROUTE, Attached, KeptFile, file_id_of, may_name, parts_of, safe_name

if TYPE_CHECKING:
    from obstore.store import S3Store

SCHEME: Final = "s3://"
ATTACHED: Final = "attached"
"""The metadata that names the thing of a private file."""

REQUEST_SECONDS: Final = 60
RETRY_SECONDS: Final = 20
"""How long one call to the storage may go on trying again by itself: a step's `retry` comes after that."""

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]\Z")
_CODE: Final = re.compile(r"<Code>(\w+)</Code>")
_STATUS: Final = re.compile(r"status code: (\d{3})")

_MEANING: Final = {
    "NoSuchBucket": "There is no such bucket. Look at OFFPAGE_FILES.",
    "InvalidAccessKeyId": "It does not know the key. Look at OFFPAGE_FILES_KEY_ID.",
    "SignatureDoesNotMatch": "The secret does not belong to the key. Look at OFFPAGE_FILES_SECRET.",
    "AccessDenied": "The key may not do this in the bucket. It needs to list, read, write and delete objects.",
    "PermanentRedirect": "The bucket is in another region. Look at OFFPAGE_FILES_REGION.",
    "AuthorizationHeaderMalformed": "The bucket is in another region. Look at OFFPAGE_FILES_REGION.",
}
"""What is wrong, by the storage's own codes, and where to look."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where the files are, and the key for it. Without one, what the machine itself knows counts (`AWS_…`, its role)."""

    name: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    key_id: str = ""
    secret: str = field(default="", repr=False)

    @property
    def where(self) -> str:
        """The bucket as people write it."""
        return f"{SCHEME}{self.name}"


def bucket_of(address: str, endpoint: str = "", region: str = "", key_id: str = "", secret: str = "") -> Bucket:
    """The bucket of an address such as `s3://my-files/shop`. Raises AppError with what to do."""
    name, _, prefix = address.removeprefix(SCHEME).strip("/").partition("/")
    if not address.startswith(SCHEME) or not _BUCKET.match(name):
        raise AppError(
            f"OFFPAGE_FILES is an address such as s3://my-bucket/shop, not {address!r}."
            " Leave it out to keep files in the data folder."
        )
    if bool(key_id) != bool(secret):
        raise AppError("OFFPAGE_FILES_KEY_ID and OFFPAGE_FILES_SECRET belong together. Set both, or neither.")
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise AppError(f"OFFPAGE_FILES_ENDPOINT is an address such as https://s3.example.com, not {endpoint!r}.")
    return Bucket(name, prefix, endpoint.rstrip("/"), region, key_id, secret)


class S3Files:
    """Files in a bucket. Implements Files."""

    def __init__(self, bucket: Bucket, environment: str, secret: bytes = b"") -> None:
        """Keep files in a bucket. `secret`: what ids are made with that a step's key decides. Raises AppError."""
        self._bucket = bucket
        self._secret = secret or secrets.token_bytes(32)
        self._store = _store(bucket, environment)

    def check(self) -> None:
        """Ask for one object. Raises AppError where the bucket cannot be used, with what to do about it."""
        import obstore

        try:
            with self._answering():
                next(iter(obstore.list(self._store, chunk_size=1)), None)
        except StorageFailed as error:
            raise AppError(error.message) from error

    def keep(
        self, filename: str, content: bytes | BinaryIO, now: int, attached: Attached | None = None, key: str = ""
    ) -> str:
        """Store a file and return its address. Blocks until the storage has it."""
        import obstore

        if key and (there := self.kept(key)) is not None:
            return there
        file_id, name = file_id_of(key, self._secret, now), safe_name(filename)
        about = {"Content-Type": KeptFile(file_id, name, 0).content_type}
        if attached is not None:
            about[ATTACHED] = json.dumps(attached)
        with self._answering():
            obstore.put(self._store, f"{file_id}/{name}", content, attributes=about)
        return f"{ROUTE}/{file_id}/{name}"

    def kept(self, key: str) -> str | None:
        """The address of the file that was stored with this key, if it was."""
        import obstore

        file_id = file_id_of(key, self._secret, 0)
        with self._answering():
            there = [one["path"] for some in obstore.list(self._store, file_id) for one in some]
        return f"{ROUTE}/{there[0]}" if there else None

    def scratch(self) -> BinaryIO:
        """A nameless file on this machine."""
        return tempfile.TemporaryFile()

    def find(self, file_id: str, name: str) -> KeptFile | None:
        """The file at `/fileupload/ID/NAME`, or None. Nothing outside can be named."""
        import obstore

        if not may_name(file_id, name):
            return None
        try:
            with self._answering():
                found = obstore.get(self._store, f"{file_id}/{name}", options={"head": True})
        except FileNotFoundError:
            return None
        note = found.attributes.get(ATTACHED)
        return KeptFile(file_id, name, found.meta["size"], None if note is None else Attached(*json.loads(note)))

    def read(self, file: KeptFile, start: int, length: int) -> bytes:
        """So many bytes of a file from a place on."""
        import obstore

        length = min(length, file.size - start)
        if length <= 0:
            return b""
        try:
            with self._answering():
                return bytes(obstore.get_range(self._store, f"{file.id}/{file.name}", start=start, length=length))
        except FileNotFoundError as error:
            raise StorageFailed(f"The file {file.name} is not in the storage any more.", why="gone") from error

    def drop(self, address: str) -> None:
        """Delete the file that `keep` gave this address, if it is there."""
        import obstore

        file_id, name = parts_of(address)
        if may_name(file_id, name):
            with contextlib.suppress(FileNotFoundError), self._answering():
                obstore.delete(self._store, f"{file_id}/{name}")

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        """Say in a sentence what goes wrong with the storage. A FileNotFoundError is for whoever asks for one object."""
        from obstore.exceptions import BaseError

        try:
            yield
        except (BaseError, OSError) as error:
            told = str(error)
            if isinstance(error, FileNotFoundError) and "NoSuchBucket" not in told:
                raise
            raise self._failed(told) from error

    def _failed(self, told: str) -> StorageFailed:
        code, status = _CODE.search(told), _STATUS.search(told)
        where = f"The file storage {self._bucket.where}"
        if code is not None and code[1] in _MEANING:
            return StorageFailed(f"{where} cannot be used. {_MEANING[code[1]]}", why="refused")
        if status is not None and status[1] in ("401", "403"):
            return StorageFailed(
                f"{where} lets nobody in with this key. Look at OFFPAGE_FILES_KEY_ID and OFFPAGE_FILES_SECRET.",
                why="refused",
            )
        if status is not None:
            said = f"{where} answered with status {status[1]}{f' ({code[1]})' if code else ''}."
            return StorageFailed(said, why="storage", retryable=status[1][0] == "5" or status[1] == "429")
        at = f" at {self._bucket.endpoint}" if self._bucket.endpoint else ""
        return StorageFailed(f"{where}{at} could not be reached.", why="unreachable", retryable=True)


def _store(bucket: Bucket, environment: str) -> S3Store:
    try:
        from obstore.store import S3Store
    except ImportError as error:
        if error.name is None or not error.name.startswith("obstore"):
            raise
        raise AppError("OFFPAGE_FILES needs a package. Install it: pip install 'offpage[s3]'") from error
    config: dict[str, Any] = {"virtual_hosted_style_request": not bucket.endpoint}
    given = {
        "endpoint": bucket.endpoint,
        "region": bucket.region or ("us-east-1" if bucket.endpoint else ""),
        "access_key_id": bucket.key_id,
        "secret_access_key": bucket.secret,
    }
    config |= {name: value for name, value in given.items() if value}
    return S3Store(
        bucket.name,
        prefix="/".join(filter(None, (bucket.prefix, environment))),
        config=config,  # type: ignore[arg-type]  # the names are those of its type
        client_options={
            "allow_http": bucket.endpoint.startswith("http://"),
            "timeout": timedelta(seconds=REQUEST_SECONDS),
            "connect_timeout": timedelta(seconds=5),
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=RETRY_SECONDS)},
    )
