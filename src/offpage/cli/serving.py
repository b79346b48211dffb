"""What `dev` and `serve` share: listening, telling where, telling the issues, stopping."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from offpage.cli.address import address_told
from offpage.cli.browser import EditorLink
from offpage.cli.check import issue_line, summary
from offpage.cli.options import chosen, place_of, require_app
from offpage.cli.printing import Printer
from offpage.cli.proposal import SHORT

if TYPE_CHECKING:
    from offpage.host.app_runner import AppRunner
    from offpage.host.compose import Name
    from offpage.host.hosting import Host
    from offpage.host.live import Live
    from offpage.kernel.issues import Issues
    from offpage.program.program import Workflow
    from offpage.web.serving import Call

OPTIONS: Final = ("host", "port", "data", "database", "url", "trusted_proxies", "stop_seconds", "allow_data_loss")
"""The settings of a server."""

LONGEST_REASON: Final = 300
"""Most characters of why a call did not work."""

MOST_LISTED: Final = 30
"""More workflows than this are counted, not listed."""


def serve_app(
    folder: Path,
    names: tuple[Name, ...],
    printer: Printer,
    given: dict[str, Any],
    *,
    calls: bool = False,
    opens: bool = False,
) -> None:
    """Serve environments of an app until SIGTERM or SIGINT. `calls`: print a line for each call.

    `opens`: show the editor in a browser.
    """
    settings = chosen(given)
    if "live" not in names:
        require_app(folder)  # no app, no port taken
    from offpage.host.compose import check_storage
    from offpage.host.hosting import open_host
    from offpage.host.log import log_events
    from offpage.host.serve import serve_host
    from offpage.web.server import Binding, new_loop, open_socket

    with open_socket(settings.host, settings.port) as listener:
        # Port 0 has become a real one.
        settings = replace(settings, port=listener.getsockname()[1])
        place = place_of(folder, settings)
        check_storage(place)
        host = open_host(place, names, allow_data_loss=settings.allow_data_loss)
        log_events(host.events, as_json=printer.as_json)
        binding = Binding(settings.host, settings.port, settings.stop_seconds, trusted_proxies=settings.trusted_proxies)
        teller = Teller(folder, printer, place.url)
        host.site.heard = teller.called if calls else None
        teller.editor = EditorLink(host, opens=opens)
        with address_told(place.data, place.url), asyncio.Runner(loop_factory=new_loop) as runner:
            ended = runner.run(
                serve_host(
                    host,
                    binding,
                    listener,
                    ready=lambda: teller.ready(host),
                    told=teller.reloaded,
                    deployed=teller.deployed,
                )
            )
            teller.stopped(ended=ended)


class Teller:
    """Tells people (or programs) what the server does."""

    def __init__(self, folder: Path, printer: Printer, url: str) -> None:
        self._folder = folder
        self._printer = printer
        self._url = url
        self.editor: EditorLink | None = None

    def ready(self, host: Host) -> None:
        """Requests are accepted: say where, what answers, and what does not work."""
        from offpage.host.proposal_view import deploy_view

        runners = host.runners
        runner = next(iter(runners.values()))
        workflows = _callable(runner)
        self._printer.data(
            {
                "event": "serving",
                "app": runner.program.app.settings.name,
                "url": self._url,
                "environments": list(runners),
                "workflows": [_endpoint(one) for one in workflows],
                "deploy": None if runner.deploy is None else deploy_view(runner.deploy),
            }
        )
        name = click.style(runner.program.app.settings.name, bold=True)
        if host.live is None:
            self._printer.text(f"{name} answers at {click.style(self._url, fg='cyan')}")
            self._list(workflows)
            self._issues("issues", runner.issues)
            self._editor()
            self._around(host)
            self._printer.text("Changes of the folder count at once. Ctrl+C stops.")
            return
        self._live(host.live, name)
        self._development(host)
        self._accounts(host)
        self._around(host)
        self._printer.text(
            f"Bring the folder to live with: offpage deploy {shlex.quote(str(self._folder))}. Ctrl+C stops."
        )

    def _accounts(self, host: Host) -> None:
        """Say where the editor is, and how somebody comes in."""
        from offpage.store import editors

        count = sum(not one.disabled for one in host.main_database.read(editors.every))
        address = f"{self._url}/editor/"
        self._printer.data({"event": "editor", "url": address, "accounts": count})
        place = host.place
        command = f"offpage editors create {shlex.quote(str(self._folder))} NAME --role edit"
        if place.data != self._folder / ".offpage":
            command += f" --data {shlex.quote(str(place.data))}"
        if place.database:
            command += " --database …"  # its address may hold a password
        where = click.style(address, fg="cyan")
        if count:
            self._printer.text(f"Its editor is at {where}; another account for it: {command}")
        else:
            self._printer.text(f"Its editor is at {where}, but nobody has an account for it. Make yours: {command}")

    def _editor(self) -> None:
        if self.editor is not None:
            link = self.editor.link()
            self._printer.data({"event": "editor", "url": link})
            self._printer.text(f"Edit it in the browser: {click.style(link, fg='cyan')}")
            self.editor.show(link)

    def _around(self, host: Host) -> None:
        """Say where mail goes, and what of the settings has no effect."""
        from offpage.host.surroundings_check import surroundings_issues

        server = host.place.smtp
        where = "" if server is None else f"{server.host}:{server.port}"
        self._printer.data({"event": "mail", "server": where or None, "live_only": host.place.smtp_live_only})
        kept = f"kept in the app's folder: offpage mail list {shlex.quote(str(self._folder))}"
        if not where:
            self._printer.text(f"Mail is {kept}")
        elif host.place.smtp_live_only:
            self._printer.text(f"Mail of the live version goes to {where}; that of development is {kept}")
        else:
            self._printer.text(f"Mail goes to {where}")
        found = surroundings_issues(self._folder, os.environ)
        if found:
            self._printer.data({"event": "settings", "issues": [asdict(one) for one in found]})
        for one in found:
            self._printer.text(issue_line(self._folder, one))

    def working(self, host: Host) -> None:
        """Workflows are run, and nothing but probes is answered: say of which deploy, and where."""
        from offpage.host.proposal_view import deploy_view

        live = host.live
        runner = None if live is None else live.runner
        made = None if runner is None else runner.deploy
        shown = None if made is None else deploy_view(made)
        self._printer.data({"event": "working", "url": self._url or None, "deploy": shown})
        if runner is None or made is None:
            self._printer.text("Nothing is live yet: this worker waits for the first deploy.")
        else:
            name = click.style(runner.program.app.settings.name, bold=True)
            self._printer.text(f"{name}: this worker runs the workflows of deploy {made.number}.")
            self._warned("issues_live", runner.issues)
        if self._url:
            self._printer.text(f"/health and /metrics answer at {click.style(self._url, fg='cyan')}")
        self._around(host)
        self._printer.text("Ctrl+C stops.")

    def stopped(self, *, ended: bool) -> None:
        """The process is about to end; where not all has `ended`, it ends here."""
        self._printer.text("Stopped." if ended else "Stopped. What was not done by then has been undone.")
        self._printer.data({"event": "stopped", "ended": ended})
        if not ended:  # a thread is in the middle of something, and would hold up the end of the process
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)

    def deployed(self, runner: AppRunner) -> None:
        """Something else is live."""
        from offpage.host.proposal_view import deploy_view

        if runner.deploy is not None:
            self._printer.data({"event": "deployed", **deploy_view(runner.deploy)})
            self._printer.text(f"Deploy {runner.deploy.number} is live ({runner.deploy.definition[:SHORT]}).")
        self._warned("issues_live", runner.issues)

    def _live(self, live: Live, name: str) -> None:
        runner = live.runner
        if runner is None or runner.deploy is None:
            self._printer.text(f"{name}: nothing is live yet, because the folder could not be deployed.")
            self._printer.text(live.refused)
            return
        made = runner.deploy
        if made.kind == "first" and live.is_first:
            self._printer.text("Nothing had been deployed, so the folder as it is now has been: this is deploy 1.")
        self._printer.text(f"{name} answers at {click.style(self._url, fg='cyan')}: deploy {made.number}")
        self._list(_callable(runner))
        self._warned("issues_live", runner.issues)

    def _development(self, host: Host) -> None:
        where = click.style(f"{self._url}/version-test/", fg="cyan")
        if host.development is None:
            self._printer.text(f"The folder cannot be served at {where} now. {host.unserved}")
            self._printer.data({"event": "unserved", "message": host.unserved})
            return
        self._printer.text(f"The folder, as it changes, answers at {where}")
        self._issues("issues", host.development.issues)

    def _list(self, workflows: list[Workflow]) -> None:
        for one in workflows[:MOST_LISTED]:
            parameters = ", ".join(parameter.name for parameter in one.parameters)
            self._printer.text(f"  {one.method:4} /api/1.1/wf/{one.name}  {click.style(parameters, dim=True)}")
        if len(workflows) > MOST_LISTED:
            self._printer.text(f"  … and {len(workflows) - MOST_LISTED} more workflows")

    def _warned(self, event: str, issues: Issues) -> None:
        """Issues of what is live: only when there are any that keep something from working."""
        if issues.errors:
            self._issues(event, issues)

    def reloaded(self, issues: Issues) -> None:
        """The folder has been read again."""
        self._printer.text("The folder changed and was read again.")
        self._issues("reloaded", issues)

    def called(self, call: Call) -> None:
        """A call has been answered."""
        self._printer.data({"event": "called", **asdict(call)})
        color = "green" if call.status < 400 else "red" if call.status >= 500 else "yellow"
        path = call.path if call.path.isprintable() else repr(call.path)
        line = f"{call.method:4} {path}  {click.style(str(call.status), fg=color)}  {call.ms:.1f} ms"
        reason = " ".join(call.reason.split())
        self._printer.text(f"{line}  {reason[:LONGEST_REASON]}" if reason else line)

    def _issues(self, event: str, issues: Issues) -> None:
        found = sorted(issues, key=lambda issue: (issue.file, issue.line, issue.column))
        errors = sum(issue.severity == "error" for issue in found)
        self._printer.data({"event": event, "issues": [asdict(one) for one in found]})
        for one in found:
            self._printer.text(issue_line(self._folder, one))
        self._printer.text(summary(errors, len(found) - errors))


def _callable(runner: AppRunner) -> list[Workflow]:
    return [one for one in runner.program.workflows.values() if one.expose and one.trigger == "api"]


def _endpoint(workflow: Workflow) -> Mapping[str, Any]:
    return {
        "name": workflow.name,
        "method": workflow.method,
        "path": f"/api/1.1/wf/{workflow.name}",
        "auth": workflow.auth,
        "parameters": {parameter.name: str(parameter.type) for parameter in workflow.parameters},
    }
