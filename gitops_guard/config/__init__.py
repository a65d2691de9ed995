"""`.gitops-guard.yaml`: typed, validated, explained; its JSON Schema is `schema.json` beside this file."""

from gitops_guard.config.loader import load_config

__all__ = ["load_config"]
