"""Errors as data: one root; each class has a code, an HTTP status and a sentence (its docstring).

OffpageError
├── AppError                 the app folder cannot be used at all
├── BrokenWorkflow      500  a workflow has mistakes and cannot run
├── RequestError             the caller's mistake                      → body shape A
│   ├── MissingData          400  a required parameter is absent
│   ├── InvalidData          400  a value cannot be read as its type
│   ├── MalformedBody        400  the body is not what its content type says
│   ├── NotRun               400  the workflow's condition did not hold
│   ├── Forbidden            403  who asks is known, and may not
│   ├── NotFound             404  no such workflow, type or thing
│   ├── MissingThing         404  no thing has this id
│   ├── MethodNotAllowed     405
│   ├── Conflict             409  the same Idempotency-Key is being answered right now
│   ├── TooLarge             413
│   ├── UnsupportedEncoding  415  the body is packed in a way that is not read
│   ├── TokenShownOnce       409  the first answer to an Idempotency-Key held a user's token
│   ├── KeyReused            422  an Idempotency-Key came with another body
│   ├── RateLimited          429
│   ├── SearchTooLong        400  a search of the Data API took longer than limits.search_seconds
│   ├── Overloaded           503  too many searches are going on
│   ├── Replaced             409  a later call took the place of this one
│   ├── CallerLeft           400  the caller went away, and the workflow stops then
│   ├── WorkflowBusy         503  as many runs of the workflow as it allows are going on
│   ├── ServedElsewhere      503  another process serves the development version
│   └── Stopping             503  the server is shutting down
├── Unauthorized             401  bad credential or not allowed        → body shape B
├── StepError                400  a step failed                        → body shape C
│   ├── NotUnique            a unique field would hold a value twice
│   ├── InvalidLogin         no account with this e-mail and password
│   ├── NotLoggedIn          the step is about the current user, and there is none
│   ├── AccountDisabled      the operator has disabled the account
│   ├── EmailTaken           another account has this e-mail
│   ├── InvalidEmail         this is no e-mail address
│   ├── WeakPassword         the password is not what the app asks for
│   ├── InvalidLink          a link or its token is used up, too old or unknown
│   ├── TooManyAttempts 429  log-in was tried too often
│   ├── LimitReached         a limit of the app was reached
│   ├── OutsideFailed        the outside world did not do what a step asked of it
│   │   └── StorageFailed 503 the storage of files could not do it
│   └── TimedOut             the run took longer than limits.run_seconds
└── StoreError               500  the database could not do it
    ├── Busy                 503  transient: try again
    └── KeyLost              500  what is kept sealed was sealed with another key
"""

from typing import Any, ClassVar, Final


class OffpageError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "ERROR"
    status: ClassVar[int] = 500
    transient: ClassVar[bool] = False

    def __init__(self, message: str | None = None, **details: Any) -> None:
        self.message = message or (self.__doc__ or "").strip().splitlines()[0]
        self.details = details
        super().__init__(self.message)


class AppError(OffpageError):
    """The app folder cannot be used."""


class BrokenWorkflow(OffpageError):
    """This workflow has mistakes and cannot run."""


class RequestError(OffpageError):
    """The request cannot be answered as it is."""

    status = 400


class MissingData(RequestError):
    """A required value is missing."""

    code = "MISSING_DATA"


class InvalidData(RequestError):
    """A value could not be read as its type."""

    code = "INVALID_DATA"


class MalformedBody(RequestError):
    """The body could not be read."""

    code = "INVALID_BODY"


class NotRun(RequestError):
    """The workflow's condition was not met, so it did not run."""

    code = "NOT_RUN"


class Forbidden(RequestError):
    """Whoever asks may not do this."""

    code = "FORBIDDEN"
    status = 403


class NotFound(RequestError):
    """There is nothing here."""

    code = "NOT_FOUND"
    status = 404


class MissingThing(RequestError):
    """No thing has this id."""

    code = "MISSING_DATA"
    status = 404


class MethodNotAllowed(RequestError):
    """This address does not answer this method."""

    code = "METHOD_NOT_ALLOWED"
    status = 405


class Conflict(RequestError):
    """A request with the same Idempotency-Key is still being answered. Try again in a moment."""

    code = "CONFLICT"
    status = 409
    transient = True


class TooLarge(RequestError):
    """The request is larger than this app accepts."""

    code = "TOO_LARGE"
    status = 413


class UnsupportedEncoding(RequestError):
    """The body is packed in a way that is not read here."""

    code = "UNSUPPORTED_ENCODING"
    status = 415


class TokenShownOnce(RequestError):
    """This request was answered before, with a token that is shown only once. Log in again to get a new one."""

    code = "TOKEN_SHOWN_ONCE"
    status = 409


class KeyReused(RequestError):
    """This Idempotency-Key was used with another body. Use a new key for a new request."""

    code = "IDEMPOTENCY_KEY_REUSED"
    status = 422


class RateLimited(RequestError):
    """Too many requests. Wait a moment and try again."""

    code = "RATE_LIMITED"
    status = 429
    transient = True


class SearchTooLong(RequestError):
    """The search took longer than limits.search_seconds allows."""

    code = "SEARCH_TOO_LONG"


class Overloaded(RequestError):
    """The server is busy with other searches. Try again in a moment."""

    code = "OVERLOADED"
    status = 503
    transient = True


class Replaced(RequestError):
    """A later call took the place of this one, which had not begun."""

    code = "REPLACED"
    status = 409


class WorkflowBusy(RequestError):
    """As many runs of this workflow as it allows are going on. Try again in a moment."""

    code = "BUSY"
    status = 503
    transient = True


class CallerLeft(RequestError):
    """The caller went away before the run had ended, and its workflow stops then (`when_caller_leaves: cancel`)."""

    code = "CALLER_LEFT"


class Stopping(RequestError):
    """The server is stopping. Try again in a moment."""

    code = "STOPPING"
    status = 503
    transient = True


class ServedElsewhere(RequestError):
    """Another process serves the development version, from its own folder. It answers here once that process has ended."""

    code = "SERVED_ELSEWHERE"
    status = 503
    transient = True


class Unauthorized(OffpageError):
    """This request is not allowed."""

    code = "UNAUTHORIZED"
    status = 401


class StepError(OffpageError):
    """A step of the workflow failed."""

    code = "STEP_FAILED"
    status = 400


class NotUnique(StepError):
    """Another thing already has this value."""

    code = "NOT_UNIQUE"


class InvalidLogin(StepError):
    """We didn’t find an account with those login credentials"""

    code = "INVALID_LOGIN_CREDENTIALS"


class NotLoggedIn(StepError):
    """Nobody is logged in. Call the workflow with a user's token."""

    code = "NOT_LOGGED_IN"


class AccountDisabled(StepError):
    """This account is disabled. Ask whoever runs this app."""

    code = "ACCOUNT_DISABLED"


class EmailTaken(StepError):
    """This email is already in use. Log in, or use another one."""

    code = "USED_EMAIL"


class InvalidEmail(StepError):
    """This is no email address. Write it as name@example.com."""

    code = "INVALID_EMAIL"


class WeakPassword(StepError):
    """This password is not what the app asks for."""

    code = "INVALID_PASSWORD"


class InvalidLink(StepError):
    """This link is used up, too old or unknown. Ask for a new one."""

    code = "INVALID_TOKEN"


class TooManyAttempts(StepError):
    """Too many attempts. Wait a moment and try again."""

    code = "TOO_MANY_ATTEMPTS"
    status = 429


class LimitReached(StepError):
    """A limit of this app was reached."""

    code = "LIMIT_REACHED"


class OutsideFailed(StepError):
    """The outside world did not do what a step asked of it.

    What kind of failure it is stands in `details`, so that it is known after the error was recorded, too: `why` (one
    word), `retryable`, and, where the other side answered, `answer_status`, `retry_after` (seconds) and `answer` (how
    its answer begins).
    """

    code = "OUTSIDE_FAILED"

    @property
    def retryable(self) -> bool:
        """Whether the same step may work when it is done again later."""
        return self.details.get("retryable") is True

    @property
    def retry_after(self) -> float | None:
        """How many seconds the other side asks to wait before."""
        seconds: float | None = self.details.get("retry_after")
        return seconds


class StorageFailed(OutsideFailed):
    """The storage of files cannot be used at the moment. Try again later."""

    code = "STORAGE_FAILED"
    status = 503


class TimedOut(StepError):
    """The run took longer than limits.run_seconds allows."""

    code = "TIMED_OUT"


OF_ACCOUNTS: Final = (
    AccountDisabled, EmailTaken, InvalidEmail, InvalidLink, InvalidLogin, NotLoggedIn, TooManyAttempts, WeakPassword,
)  # fmt: skip
"""What is wrong with what somebody typed: the same would be refused again."""


class StoreError(OffpageError):
    """The database could not do what was asked."""

    code = "DATABASE"


class Busy(StoreError):
    """The database is busy. Try again in a moment."""

    code = "DATABASE_BUSY"
    status = 503
    transient = True


class KeyLost(StoreError):
    """What this needs is kept encrypted, with another key than the one that is in use now."""

    code = "KEY_LOST"
