"""Talking to AWS: credentials, clients, retries, paging and the ledger of calls. The only place that knows boto3."""
