"""The moment after sign-up."""

from __future__ import annotations

import functools

from ..entities import NOW, Password, Root, days_ago
from ..recording import CloudTrail, Event
from ..settings import Contact, Settings
from ..state import Account
from .parts import default_roles


@functools.cache
def newborn() -> Account:
    """An account an hour old: root signed in with a password, without MFA, and nobody else is there yet.

    The caller is root itself, with a session from the browser.
    """
    signed_up = days_ago(1 / 24)
    return Account(
        id="333344445555",
        name="newborn",
        email="founder@example.com",
        caller="arn:aws:iam::333344445555:root",
        root=Root(created=signed_up, password=Password(created=signed_up, used=NOW)),
        roles=default_roles(signed_up),
        cloudtrail=CloudTrail(events=(Event("ConsoleLogin", 1 / 24, source="signin.amazonaws.com", mfa="No"),)),
        settings=Settings(contact=Contact("Fay Founder", "+1 206 555 0142"), cost_explorer=False),
    )
