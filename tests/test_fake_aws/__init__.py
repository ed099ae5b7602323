"""Tests of the fake AWS: real boto3 clients over a real socket."""
