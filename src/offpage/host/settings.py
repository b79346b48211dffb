"""Settings of a process: where it listens and where it keeps what it keeps.

Each setting is declared once, as a field of `Settings`; the command line's options, the environment variables
(`OFFPAGE_` and the name in capitals) and the reference are read from it. An option given on the command line
overrules the environment, which overrules the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from offpage.kernel.errors import AppError
from offpage.services.s3_files import Bucket, bucket_of
from offpage.services.smtp import SmtpServer

PREFIX: Final = "OFFPAGE_"
"""What the names of the environment variables begin with."""

_WORDS: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def _setting(default: Any, doc: str, *, meaning: str = "", secret: bool = False, option: bool = True) -> Any:
    """A setting with what it is for; `meaning` is what its value stands for in the help (`DIR`).

    Without an `option` it is read from the environment only: what a process was started with, others can see.
    """
    return field(default=default, repr=not secret, metadata={"doc": doc, "meaning": meaning, "option": option})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line and the environment say about a process."""

    host: str = _setting("127.0.0.1", "Address to listen on; 0.0.0.0 is every one of the machine.", meaning="ADDRESS")
    port: int = _setting(8080, "Port to listen on; 0 takes any that is free.", meaning="PORT")
    data: str = _setting("", "Where databases and files are kept. Default: FOLDER/.offpage", meaning="DIR")
    database: str = _setting(
        "",
        "A postgresql:// address, for everything that would be in SQLite files otherwise.",
        meaning="URL",
        secret=True,
    )
    key: str = _setting(
        "",
        "The key that seals what waiting runs hold in secret, 64 hexadecimal digits. Default: what is in DATA/key, which"
        " is made when it is first needed. Servers that share a database need the same.",
        secret=True,
        option=False,
    )
    url: str = _setting("", "Where callers reach the server, for `app.url`. Default: where it listens.", meaning="URL")
    trusted_proxies: str = _setting(
        "",
        "Addresses of proxies, with commas, whose X-Forwarded-For is believed; * is all of them.",
        meaning="ADDRESSES",
    )
    stop_seconds: int = _setting(
        10, "How long a stopping server waits for requests that are being answered.", meaning="SECONDS"
    )
    allow_data_loss: bool = _setting(
        False, "Follow the app's data types even where that puts data aside (it is renamed, never deleted)."
    )

    smtp_host: str = _setting(
        "",
        "The server for outgoing mail. Without it, mail is kept in the data folder: see `offpage mail`.",
        option=False,
    )
    smtp_port: int = _setting(587, "Its port: 587, or 465 for TLS from the start.", option=False)
    smtp_user: str = _setting("", "Who logs in there; nobody, if left out.", option=False)
    smtp_password: str = _setting("", "The password for that.", secret=True, option=False)
    smtp_security: str = _setting(
        "", "`starttls`, `tls` (from the start) or `none`. Default: `tls` on port 465, else `starttls`.", option=False
    )
    smtp_environments: str = _setting(
        "all", "`all`, or `live`: then mail of the development version is kept in the data folder.", option=False
    )

    files: str = _setting(
        "",
        "A bucket of an S3-compatible storage for the files that are uploaded and saved, as `s3://my-bucket/shop`."
        " Without it they are kept in the data folder.",
        option=False,
    )
    files_endpoint: str = _setting(
        "", "Where that storage answers, as `https://s3.example.com`. Default: Amazon's.", option=False
    )
    files_region: str = _setting("", "The region of the bucket.", option=False)
    files_key_id: str = _setting(
        "", "The id of the key for it. Default: what the machine knows (`AWS_ACCESS_KEY_ID`, its role).", option=False
    )
    files_secret: str = _setting("", "The secret of that key.", secret=True, option=False)

    @property
    def bucket(self) -> Bucket | None:
        """The bucket for files, if there is one. Raises AppError for an address that is none."""
        if not self.files:
            return None
        return bucket_of(self.files, self.files_endpoint, self.files_region, self.files_key_id, self.files_secret)

    @property
    def smtp(self) -> SmtpServer | None:
        """The server for outgoing mail, if there is one."""
        if not self.smtp_host:
            return None
        security = self.smtp_security or ("tls" if self.smtp_port == 465 else "starttls")
        return SmtpServer(self.smtp_host, self.smtp_port, self.smtp_user, self.smtp_password, security)  # type: ignore[arg-type]

    def data_folder(self, folder: Path) -> Path:
        """Where the app of a folder keeps its databases and files."""
        return Path(self.data) if self.data else folder / ".offpage"

    @property
    def public_url(self) -> str:
        """Where callers reach the server, without a slash at the end."""
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - what callers can reach
        host = f"[{here}]" if ":" in here else here
        return (self.url or f"http://{host}:{self.port}").rstrip("/")


@dataclass(frozen=True, slots=True)
class SettingDoc:
    """One setting for people: its name, default, option ("" for none), environment variable, and what it is for."""

    name: str
    default: Any
    option: str
    variable: str
    meaning: str
    doc: str


def _described(one: Field[Any]) -> SettingDoc:
    return SettingDoc(
        one.name,
        one.default,
        "--" + one.name.replace("_", "-") if one.metadata["option"] else "",
        PREFIX + one.name.upper(),
        one.metadata["meaning"],
        one.metadata["doc"],
    )


SETTINGS: Final[Mapping[str, SettingDoc]] = {one.name: _described(one) for one in fields(Settings)}
"""Every setting by its name, in the order of the help."""


def read_settings(environment: Mapping[str, str], given: Mapping[str, Any]) -> Settings:
    """Settings from the command line (None: not given there), then the environment, then the defaults.

    Raises AppError for a variable that has no meaning.
    """
    chosen: dict[str, Any] = {}
    for one in SETTINGS.values():
        value = given.get(one.name)
        if value is None and environment.get(one.variable):
            value = _read(one, environment[one.variable])
        if value is not None:
            chosen[one.name] = value
    settings = Settings(**chosen)
    _check(settings)
    return settings


def _read(one: SettingDoc, text: str) -> Any:
    """The text of an environment variable as the class of the setting's default."""
    try:
        match one.default:
            case bool():
                return _WORDS[text.strip().lower()]
            case int():
                return int(text)
    except (KeyError, ValueError):
        wanted = "yes or no" if isinstance(one.default, bool) else "a number"
        raise AppError(f"The environment variable {one.variable} must be {wanted}, not {text!r}.") from None
    return text


def _check(settings: Settings) -> None:
    if not 0 <= settings.port <= 65_535:
        raise AppError(f"There is no port {settings.port}. Choose one from 1 to 65535, or 0 for any that is free.")
    if not 1 <= settings.smtp_port <= 65_535:
        raise AppError(f"OFFPAGE_SMTP_PORT is a port from 1 to 65535, not {settings.smtp_port}.")
    for name, words in (("smtp_security", ("", "starttls", "tls", "none")), ("smtp_environments", ("all", "live"))):
        if getattr(settings, name) not in words:
            allowed = ", ".join(filter(None, words))
            raise AppError(f"{SETTINGS[name].variable} is one of {allowed}, not {getattr(settings, name)!r}.")
    if settings.smtp_password and not settings.smtp_user:
        raise AppError("OFFPAGE_SMTP_PASSWORD is set without OFFPAGE_SMTP_USER. Set both, or neither.")
    settings.bucket  # noqa: B018 - raises what is wrong with it
    if not 0 <= settings.stop_seconds <= 3_600:
        raise AppError("A server can wait from 0 to 3600 seconds while it stops.")
    if settings.database and not settings.database.startswith(("postgresql://", "postgres://")):
        raise AppError(
            "The database must be an address such as postgresql://user:password@host/name."
            " Leave it out for SQLite files in the data folder."
        )
