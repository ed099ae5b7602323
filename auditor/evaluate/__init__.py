"""Rules: what a rule is, where rules come from, and how they are put to a snapshot."""
