"""The snapshot of an account: typed state, gaps, loading and saving. Knows nothing of rules, and nothing of boto3.

Empty on purpose: `auditor.snapshot.opt_in` and `auditor.snapshot.positions` load without pydantic.
"""
