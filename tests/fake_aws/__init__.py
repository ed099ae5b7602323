"""A fake AWS for tests, benchmarks and demonstrations: an HTTP endpoint that serves an account from plain data.

with FakeAWS(accounts.neglected()) as aws:
    subprocess.run([...], env=os.environ | aws.env)
assert "iam:ListUsers" not in aws.calls.names()
"""

from . import accounts
from .entities import NOW
from .faults import Fault
from .operations import AWSError, operation
from .server import Call, FakeAWS
from .state import Account

__all__ = ["NOW", "AWSError", "Account", "Call", "FakeAWS", "Fault", "accounts", "operation"]
