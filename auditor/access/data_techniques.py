"""Ways to data, or to the organization, that lead to no principal."""

from __future__ import annotations

from typing import Final

from auditor.access.technique import Power, Scope, Technique, anywhere

DATA_TECHNIQUES: Final = (
    Technique("kms-key-policy", "give itself the use of a KMS key", "edit", Scope.ACCOUNT, Power.DATA,
              anywhere("kms:PutKeyPolicy kms:CreateGrant")),
    Technique("s3-bucket-policy", "open a bucket that holds code or templates", "edit", Scope.ACCOUNT, Power.DATA,
              anywhere("s3:PutBucketPolicy")),
    Technique("organizations-delegate", "have another account administer a service of the organization", "edit",
              Scope.ACCOUNT, Power.DATA, anywhere("organizations:RegisterDelegatedAdministrator")),
    Technique("organizations-detach-policy", "take policies of the organization off accounts", "edit",
              Scope.ACCOUNT, Power.DATA, anywhere("organizations:DetachPolicy")),
)  # fmt: skip
