"""What a principal did, read from CloudTrail's logs, and the least policy that lets it go on."""
