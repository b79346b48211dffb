"""Deploys, and what one would change, as plain data."""

from __future__ import annotations

import dataclasses
from typing import Any

from offpage.host.proposing import Proposal
from offpage.store.deploys import Deploy
from offpage.values.kinds.date import iso


def deploy_view(one: Deploy) -> dict[str, Any]:
    """A deploy as plain data."""
    return {
        "deploy": one.number,
        "kind": one.kind,
        "definition": one.definition,
        "at": iso(one.created_at),
        "message": one.message,
        "back_to": one.back_to,
    }


def proposal_view(proposal: Proposal) -> dict[str, Any]:
    """What a deploy would change."""
    return {
        "kind": proposal.kind,
        "former": None if proposal.former is None else proposal.former.number,
        "back_to": None if proposal.back_to is None else proposal.back_to.number,
        "definition": proposal.snapshot.hash,
        "is_live": proposal.is_live,
        "issues": [dataclasses.asdict(one) for one in proposal.issues],
        "changes": [dataclasses.asdict(one) for one in proposal.changes],
        "tables": [one.words for one in proposal.plan.steps],
        "losses": list(proposal.losses),
        "obstacles": list(proposal.plan.obstacles),
        "runs": [dataclasses.asdict(one) for one in proposal.runs],
        "requests_wait": proposal.plan.moves and proposal.former is not None,
    }
