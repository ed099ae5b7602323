"""Where the name of an event is not the name of the action that the caller needs. Reviewed by hand; all in lower case.

What stands here is documented; what is not is left unmapped, which is told, rather than guessed.
"""

from __future__ import annotations

from typing import Final

SOURCES: Final = {
    # https://docs.aws.amazon.com/autoscaling/application/userguide/logging-using-cloudtrail.html
    "autoscaling": ("autoscaling", "application-autoscaling", "autoscaling-plans"),
    # https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/security.html
    "cloudcontrolapi": ("cloudformation",),
    "s3": ("s3", "s3express", "s3-object-lambda"),
    "tagging": ("tag",),
    "mturkrequester": ("mechanicalturk",),
    "partnercentralaccount": ("partnercentral",),
    "partnercentralbenefits": ("partnercentral",),
    "partnercentralchannel": ("partnercentral",),
    "partnercentralselling": ("partnercentral",),
}
"""What stands for a service in the sources of events, letters and digits alone -> prefixes of IAM actions, where the
models of the services do not tell."""

FREE: Final = frozenset(
    {
        # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
        "sts:getcalleridentity",
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
        "sts:getsessiontoken",
        # https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/welcome.html
        *("sso:getrolecredentials", "sso:listaccountroles", "sso:listaccounts", "sso:logout"),
        *("sso-oauth:createtoken", "sso-oauth:registerclient", "sso-oauth:startdeviceauthorization"),
    }
)
"""What no permission is needed for."""

ACTIONS: Final = {
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    "s3": {
        "listbuckets": "ListAllMyBuckets",
        "headbucket": "ListBucket",
        "listobjects": "ListBucket",
        "listobjectsv2": "ListBucket",
        "listobjectversions": "ListBucketVersions",
        "listmultipartuploads": "ListBucketMultipartUploads",
        "listparts": "ListMultipartUploadParts",
        "headobject": "GetObject",
        "selectobjectcontent": "GetObject",
        "getobjectattributes": "GetObject GetObjectAttributes",
        "copyobject": "PutObject GetObject",
        "uploadpart": "PutObject",
        "uploadpartcopy": "PutObject GetObject",
        "createmultipartupload": "PutObject",
        "completemultipartupload": "PutObject",
        "postobject": "PutObject",
        "deleteobjects": "DeleteObject",
        "getbucketencryption": "GetEncryptionConfiguration",
        "putbucketencryption": "PutEncryptionConfiguration",
        "deletebucketencryption": "PutEncryptionConfiguration",
        "getbucketlifecycle": "GetLifecycleConfiguration",
        "getbucketlifecycleconfiguration": "GetLifecycleConfiguration",
        "putbucketlifecycle": "PutLifecycleConfiguration",
        "putbucketlifecycleconfiguration": "PutLifecycleConfiguration",
        "deletebucketlifecycle": "PutLifecycleConfiguration",
        "getbucketreplication": "GetReplicationConfiguration",
        "putbucketreplication": "PutReplicationConfiguration",
        "deletebucketreplication": "PutReplicationConfiguration",
        "deletebucketcors": "PutBucketCORS",
        "deletebuckettagging": "PutBucketTagging",
        "getbucketnotificationconfiguration": "GetBucketNotification",
        "putbucketnotificationconfiguration": "PutBucketNotification",
        "getbucketaccelerateconfiguration": "GetAccelerateConfiguration",
        "putbucketaccelerateconfiguration": "PutAccelerateConfiguration",
        "getbucketanalyticsconfiguration": "GetAnalyticsConfiguration",
        "listbucketanalyticsconfigurations": "GetAnalyticsConfiguration",
        "putbucketanalyticsconfiguration": "PutAnalyticsConfiguration",
        "deletebucketanalyticsconfiguration": "PutAnalyticsConfiguration",
        "getbucketinventoryconfiguration": "GetInventoryConfiguration",
        "listbucketinventoryconfigurations": "GetInventoryConfiguration",
        "putbucketinventoryconfiguration": "PutInventoryConfiguration",
        "deletebucketinventoryconfiguration": "PutInventoryConfiguration",
        "getbucketmetricsconfiguration": "GetMetricsConfiguration",
        "listbucketmetricsconfigurations": "GetMetricsConfiguration",
        "putbucketmetricsconfiguration": "PutMetricsConfiguration",
        "deletebucketmetricsconfiguration": "PutMetricsConfiguration",
        "getbucketintelligenttieringconfiguration": "GetIntelligentTieringConfiguration",
        "listbucketintelligenttieringconfigurations": "GetIntelligentTieringConfiguration",
        "putbucketintelligenttieringconfiguration": "PutIntelligentTieringConfiguration",
        "deletebucketintelligenttieringconfiguration": "PutIntelligentTieringConfiguration",
        "getobjectlockconfiguration": "GetBucketObjectLockConfiguration",
        "putobjectlockconfiguration": "PutBucketObjectLockConfiguration",
        "getpublicaccessblock": "GetBucketPublicAccessBlock",
        "putpublicaccessblock": "PutBucketPublicAccessBlock",
        "deletepublicaccessblock": "PutBucketPublicAccessBlock",
        "deletebucketpublicaccessblock": "PutBucketPublicAccessBlock",
        "deleteaccountpublicaccessblock": "PutAccountPublicAccessBlock",
        "deletebucketownershipcontrols": "PutBucketOwnershipControls",
    },
    # https://docs.aws.amazon.com/lambda/latest/dg/API_Invoke.html
    "lambda": {
        "invoke": "InvokeFunction",
        "invokewithresponsestream": "InvokeFunction",
        "getlayerversionbyarn": "GetLayerVersion",
    },
    # https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html
    "kms": {"reencrypt": "ReEncryptFrom ReEncryptTo"},
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
    "dynamodb": {
        "transactgetitems": "GetItem",
        "transactwriteitems": "PutItem UpdateItem DeleteItem ConditionCheckItem",
        "executestatement": "PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete",
        "batchexecutestatement": "PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete",
        "executetransaction": "PartiQLSelect PartiQLInsert PartiQLUpdate PartiQLDelete",
    },
    # https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
    "sns": {"publishbatch": "Publish"},
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
    "sqs": {
        "sendmessagebatch": "SendMessage",
        "deletemessagebatch": "DeleteMessage",
        "changemessagevisibilitybatch": "ChangeMessageVisibility",
    },
    # https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
    "bedrock": {
        "converse": "InvokeModel",
        "conversestream": "InvokeModelWithResponseStream",
        "invokemodelwithbidirectionalstream": "InvokeModel",
        "startasyncinvoke": "InvokeModel",
        "retrieveandgeneratestream": "RetrieveAndGenerate",
    },
    # https://docs.aws.amazon.com/timestream/latest/developerguide/security_iam_id-based-policy-examples.html
    "timestream": {"query": "Select"},
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html
    "execute-api": {
        "posttoconnection": "ManageConnections",
        "getconnection": "ManageConnections",
        "deleteconnection": "ManageConnections",
    },
    # https://docs.aws.amazon.com/cost-management/latest/userguide/billing-permissions-ref.html
    "budgets": {
        **dict.fromkeys(("createbudget", "updatebudget", "deletebudget"), "ModifyBudget"),
        **dict.fromkeys(("createnotification", "updatenotification", "deletenotification"), "ModifyBudget"),
        **dict.fromkeys(("createsubscriber", "updatesubscriber", "deletesubscriber"), "ModifyBudget"),
        **dict.fromkeys(("describebudget", "describebudgets", "describebudgetperformancehistory"), "ViewBudget"),
        **dict.fromkeys(("describenotificationsforbudget", "describesubscribersfornotification"), "ViewBudget"),
        "describebudgetnotificationsforaccount": "ViewBudget",
    },
    # https://docs.aws.amazon.com/keyspaces/latest/devguide/logging-using-cloudtrail.html
    "cassandra": {
        **dict.fromkeys(("createkeyspace", "createtable"), "Create"),
        **dict.fromkeys(("dropkeyspace", "droptable", "deletekeyspace", "deletetable"), "Drop"),
        **dict.fromkeys(("alterkeyspace", "altertable", "updatekeyspace", "updatetable"), "Alter"),
        **dict.fromkeys(("getkeyspace", "gettable", "listkeyspaces", "listtables"), "Select"),
    },
    # https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistributionWithTags.html
    "cloudfront": {"createdistributionwithtags": "CreateDistribution TagResource"},
    # https://docs.aws.amazon.com/verifiedpermissions/latest/apireference/API_BatchIsAuthorized.html
    "verifiedpermissions": {
        "batchisauthorized": "IsAuthorized",
        "batchisauthorizedwithtoken": "IsAuthorizedWithToken",
        "batchgetpolicy": "GetPolicy",
    },
    # https://docs.aws.amazon.com/cloudsearch/latest/developerguide/configuring-access.html
    "cloudsearch": {"uploaddocuments": "document"},
}
"""Prefix -> name of an event, without a date at its end -> the actions. Where an event may need one or another, all
stand here; of those the principal keeps what it is allowed."""

OF_VERSIONS: Final = {
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    "getobject": "GetObjectVersion",
    "headobject": "GetObjectVersion",
    "getobjectattributes": "GetObjectVersion GetObjectVersionAttributes",
    "deleteobject": "DeleteObjectVersion",
    "getobjectacl": "GetObjectVersionAcl",
    "putobjectacl": "PutObjectVersionAcl",
    "getobjecttagging": "GetObjectVersionTagging",
    "putobjecttagging": "PutObjectVersionTagging",
    "deleteobjecttagging": "DeleteObjectVersionTagging",
}
"""Events of S3 -> the actions, where the request names the version of an object."""

BESIDES: Final = {
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
    ("sts:assumerole", "tags"): "sts:TagSession",
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
    ("sts:assumerole", "sourceidentity"): "sts:SetSourceIdentity",
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
    ("ec2:", "tagspecificationset"): "ec2:CreateTags",
    ("ec2:", "tagspecification"): "ec2:CreateTags",
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    ("s3:putobject", "xamzacl"): "s3:PutObjectAcl",
    ("s3:putobject", "xamztagging"): "s3:PutObjectTagging",
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
    ("ec2:runinstances", "iaminstanceprofile"): "iam:PassRole",
    ("ec2:associateiaminstanceprofile", "iaminstanceprofile"): "iam:PassRole",
    ("ec2:replaceiaminstanceprofileassociation", "iaminstanceprofile"): "iam:PassRole",
}
"""(Start of an action in lower case, parameter) -> an action that is needed as well and has no event of its own."""

DATA_ONLY: Final = (
    *("s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*", "s3:RestoreObject", "s3:AbortMultipartUpload"),
    *("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts"),
    *("s3-object-lambda:*Object*", "s3express:CreateSession", "s3-outposts:*Object*"),
    *("lambda:InvokeFunction", "lambda:InvokeAsync"),
    *("dynamodb:*Item*", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PartiQL*", "dynamodb:GetRecords"),
    *("sns:Publish", "sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"),
    *("kinesis:PutRecord*", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:SubscribeToShard"),
    *("firehose:PutRecord*", "ebs:*Snapshot*", "rds-data:*", "cassandra:Select", "cassandra:Modify"),
    *("cloudwatch:PutMetricData", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"),
    *("cognito-sync:*", "iot:Publish", "iot:Connect", "iot:Subscribe", "iot:Receive", "iot:*ThingShadow"),
    *("ssmmessages:*", "ec2messages:*", "execute-api:*", "appsync:GraphQL", "es:ESHttp*", "aoss:APIAccessAll"),
    *("sagemaker:InvokeEndpoint*", "sagemaker:PutRecord", "sagemaker:GetRecord", "timestream:Select"),
    *("timestream:WriteRecords", "neptune-db:*", "kafka-cluster:*", "rds-db:connect", "elasticfilesystem:Client*"),
    *("states:SendTask*", "states:GetActivityTask", "events:PutEvents", "swf:Poll*", "swf:Respond*"),
)
"""Patterns of actions that no trail logs unless it is told to log data events, or that none logs at all.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
"""
