"""A fake AWS for tests, benchmarks and demonstrations: an HTTP endpoint that serves an account from plain data.

For example:

    with FakeAWS(accounts.neglected()) as aws:
        subprocess.run([...], env=os.environ | aws.env)
    assert "iam:ListUsers" not in aws.calls.names()

The parts of an account (User, Role, AccessKey ...) are in `entities`, the account itself in `state`, and each service
is a module of `services`, where a new module is all that a new service needs.
"""

from . import accounts
from .entities import NOW
from .faults import Fault
from .operations import AWSError, operation
from .server import Call, FakeAWS
from .state import Account

__all__ = ["NOW", "AWSError", "Account", "Call", "FakeAWS", "Fault", "accounts", "operation"]
