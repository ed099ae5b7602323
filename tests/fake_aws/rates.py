"""The rates above which AWS throttles, as its manual gives them: operation -> requests a second and burst.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

ORGANIZATIONS = {
    "organizations:DescribeOrganization": (1, 2),
    "organizations:DescribePolicy": (2, 2),
    "organizations:ListAWSServiceAccessForOrganization": (1, 3),
    "organizations:ListAccounts": (8, 12),
    "organizations:ListDelegatedAdministrators": (5, 8),
    "organizations:ListDelegatedServicesForAccount": (1, 3),
    "organizations:ListPolicies": (5, 8),
    "organizations:ListRoots": (1, 2),
    "organizations:ListTargetsForPolicy": (5, 8),
}
