"""Service prefixes and actions that AWS documented once and no longer does: an old policy is not a mistaken one.

Each one is absent from today's Service Authorization Reference, which the tests hold against `services.bin`, and was in
an earlier one. Whether AWS still answers to an action is more than the reference tells: it only stopped to name it.
"""

from __future__ import annotations

RETIRED_SERVICES: dict[str, str] = {
    # In the reference of November 2023, of which policyuniverse 1.5.1.20231109 is a copy.
    "application-cost-profiler": "AWS Application Cost Profiler has ended",
    "codestar": "AWS CodeStar has ended; connections and notifications have prefixes of their own",
    "deepcomposer": "AWS DeepComposer has ended",
    "deeplens": "AWS DeepLens has ended",
    "deepracer": "AWS DeepRacer has ended",
    # "Amazon Elastic Inference is no longer available", the EC2 API says of each of its types.
    "elastic-inference": "Amazon Elastic Inference has ended",
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Evidently.html
    "evidently": "Amazon CloudWatch Evidently ended on 2025-10-16",
    "iot1click": "AWS IoT 1-Click has ended",
    # https://docs.aws.amazon.com/iotevents/latest/developerguide/iotevents-end-of-support.html
    "iotevents": "AWS IoT Events ended on 2026-05-20",
    "iotroborunner": "AWS IoT RoboRunner has ended",
    "sagemaker-groundtruth-synthetic": "Amazon SageMaker Ground Truth synthetic data has ended",
    # In references before that, as `https://docs.aws.amazon.com/service-authorization/latest/reference/list_<page>.html`
    # with the pages amazongamesparks, awsiotthingsgraph, amazonmacieclassic, awsmobilehub and amazonsumerian.
    "gamesparks": "Amazon GameSparks ended as a preview",
    "iotthingsgraph": "AWS IoT Things Graph has ended",
    "macie": "Amazon Macie Classic has ended; the prefix of today's Macie is macie2",
    "mobilehub": "AWS Mobile Hub has ended",
    "sumerian": "Amazon Sumerian has ended",
    # Never in the reference, but still asked for beside workdocs:
    # https://docs.aws.amazon.com/workdocs/latest/adminguide/security_iam_id-based-policy-examples.html
    "zocalo": "the prefix that Amazon WorkDocs had before workdocs",
}
"""Prefix -> what became of it."""

RETIRED_ACTIONS: dict[str, str] = {
    "account": "GetChallengeQuestions PutChallengeQuestions",
    "artifact": "DownloadAgreement Get",
    "aws-marketplace": "CompleteTask DescribeTask ListTasks UpdateTask",
    "bedrock": "CreateAgentDraftSnapshot QueryKnowledgeBase",
    "braket": "AccessBraketFeature",
    "cloud9": "ValidateEnvironmentName",
    "cloudhsm": (
        "AddTagsToResource CreateHapg CreateLunaClient DeleteHapg DeleteLunaClient DescribeHapg DescribeHsm "
        "DescribeLunaClient GetConfig ListAvailableZones ListHapgs ListHsms ListLunaClients ListTagsForResource "
        "ModifyHapg ModifyHsm ModifyLunaClient RemoveTagsFromResource"
    ),
    "connect": "GetFederationTokens",
    "dms": (
        "CancelMetadataModelAssessment CancelMetadataModelExport DescribeDataProviders "
        "DescribeExtensionPackAssociations DescribeInstanceProfiles DescribeMetadataModelAssessments "
        "DescribeMetadataModelConversions DescribeMetadataModelExportsAsScript "
        "DescribeMetadataModelExportsToTarget DescribeMigrationProjects DisassociateExtensionPack "
        "ModifyConversionConfiguration ModifyDataProvider ModifyInstanceProfile ModifyMigrationProject "
        "StartExtensionPackAssociation StartMetadataModelExportAsScript"
    ),
    "elemental-activations": "GetActivation ListTagsForResource StartAccountRegistration TagResource UntagResource",
    "elemental-appliances-software": "ListTagsForResource TagResource UntagResource",
    "iotfleetwise": "BatchCreateVehicle BatchUpdateVehicle",
    "route53-recovery-control-config": "DescribeRoutingControlByName",
    "sso": (
        "DeletePermissionsPolicy DescribeDirectories DescribePermissionsPolicies DescribeTrusts "
        "GetPermissionsPolicy UpdateDirectoryAssociation"
    ),
    "trustedadvisor": (
        "CreateEngagement CreateEngagementAttachment CreateEngagementCommunication GetEngagement "
        "GetEngagementAttachment GetEngagementType ListEngagementCommunications ListEngagementTypes "
        "ListEngagements UpdateEngagement UpdateEngagementStatus"
    ),
    "workmail": (
        "AddMembersToGroup CreateMailUser DescribeDirectories DescribeKmsKeys DescribeMailGroups DescribeMailUsers "
        "DescribeOrganizations DisableMailGroups DisableMailUsers EnableMailGroups EnableMailUsers "
        "GetMailGroupDetails GetMailUserDetails ListMembersInMailGroup RemoveMembersFromGroup ResetUserPassword "
        "SetAdmin SetMailGroupDetails SetMailUserDetails"
    ),
}
"""Prefix of a service that lives on -> actions, divided by spaces, that its page in the reference had in November 2023
(policyuniverse 1.5.1.20231109) and has lost since. Those of cloudhsm are CloudHSM Classic's."""
