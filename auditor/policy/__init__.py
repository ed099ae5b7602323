"""What IAM policies mean. Pure: imports nothing else of auditor, and can be used alone."""
