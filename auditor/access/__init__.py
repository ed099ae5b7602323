"""Who can do what in an account: principals with all their policies, administrators, and the paths between them."""
