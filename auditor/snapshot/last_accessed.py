"""When principals last used the services that their policies allow, as IAM's reports tell.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServiceLastAccessed.html
"""

from __future__ import annotations

from auditor.snapshot.model import Model, Text, Timestamp


class TrackedActionLastAccessed(Model):
    """An action that was used; those that were not are left out."""

    action_name: Text
    last_accessed_time: Timestamp


class ServiceLastAccessed(Model):
    """A service that the principal's policies allow, by its prefix ("s3").

    `last_authenticated` is None for one that was not used within the 400 days that IAM keeps. Of many services IAM
    tracks no actions.
    """

    service_namespace: Text
    last_authenticated: Timestamp | None = None
    tracked_actions_last_accessed: tuple[TrackedActionLastAccessed, ...] = ()


class LastAccessed(Model):
    """One principal's report, with every service that its own and its groups' policies allow."""

    services_last_accessed: tuple[ServiceLastAccessed, ...] = ()
