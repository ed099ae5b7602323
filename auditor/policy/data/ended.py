"""Services that have ended, though the Service Authorization Reference still names them.

Each date is the last day by the notice of AWS's own that is named beside it, most of which say: "After (this day) you
will no longer be able to access" the console or resources. Services that only take no new customers are not here, nor
are prefixes that another service shares which goes on, such as greengrass, lex, chime and kinesisanalytics.
"""

from __future__ import annotations

ENDED_SERVICES: dict[str, tuple[str, str]] = {
    # https://docs.aws.amazon.com/app-mesh/latest/userguide/what-is-app-mesh.html
    "appmesh": ("AWS App Mesh", "2026-09-30"),
    "appmesh-preview": ("AWS App Mesh Preview", "2026-09-30"),
    # https://docs.aws.amazon.com/codeguru/latest/security-api/Welcome.html
    "codeguru-security": ("Amazon CodeGuru Security", "2025-11-20"),
    # https://docs.aws.amazon.com/elastictranscoder/latest/developerguide/introduction.html
    "elastictranscoder": ("Amazon Elastic Transcoder", "2025-11-13"),
    # https://docs.aws.amazon.com/finspace/latest/management-api/Welcome.html
    "finspace": ("Amazon FinSpace", "2026-10-07"),
    "finspace-api": ("Amazon FinSpace", "2026-10-07"),
    # https://docs.aws.amazon.com/inspector/v1/userguide/inspector_introduction.html
    "inspector": ("Amazon Inspector Classic", "2026-05-20"),
    # https://docs.aws.amazon.com/iotanalytics/latest/userguide/welcome.html
    "iotanalytics": ("AWS IoT Analytics", "2025-12-15"),
    # https://aws.amazon.com/blogs/iot/announcing-end-of-life-for-aws-iot-device-management-fleet-hub-effective-october-18th-2025/
    "iotfleethub": ("Fleet Hub for AWS IoT Device Management", "2025-10-18"),
    # https://docs.aws.amazon.com/lookout-for-equipment/latest/ug/what-is.html
    "lookoutequipment": ("Amazon Lookout for Equipment", "2026-10-07"),
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lookoutmetrics-alert.html
    "lookoutmetrics": ("Amazon Lookout for Metrics", "2025-10-09"),
    # https://docs.aws.amazon.com/lookout-for-vision/latest/developer-guide/what-is.html
    "lookoutvision": ("Amazon Lookout for Vision", "2025-10-31"),
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-mediastore-container.html
    "mediastore": ("AWS Elemental MediaStore", "2025-11-13"),
    # https://docs.aws.amazon.com/opsworks/latest/APIReference/Welcome.html
    "opsworks": ("AWS OpsWorks Stacks", "2024-05-26"),
    # https://docs.aws.amazon.com/opsworks/latest/userguide/welcome_opscm.html
    "opsworks-cm": ("AWS OpsWorks for Chef Automate and Puppet Enterprise", "2024-05-05"),
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-panorama-package.html
    "panorama": ("AWS Panorama", "2026-05-31"),
    # https://docs.aws.amazon.com/proton/latest/userguide/Welcome.html
    "proton": ("AWS Proton", "2026-10-07"),
    # https://docs.aws.amazon.com/qldb/latest/developerguide/what-is.html
    "qldb": ("Amazon QLDB", "2025-07-31"),
    # https://docs.aws.amazon.com/simspaceweaver/latest/userguide/what-is.html
    "simspaceweaver": ("AWS SimSpace Weaver", "2026-05-20"),
    # https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-sms.html
    "sms": ("AWS Server Migration Service", "2022-03-31"),
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-voiceid-domain.html
    "voiceid": ("Amazon Connect Voice ID", "2026-05-20"),
}
"""Prefix -> the service, and the day on which it ended, in ISO 8601."""
