"""What counts as a secret that stands in the open."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Final

from gitops_guard.model.fieldpath import FieldPath, mapping_at
from gitops_guard.model.unknown import Unknown

ENCRYPTED: Final = re.compile(r"ENC\[[A-Z0-9_]+,data:")
"""A value that SOPS has encrypted (getsops/sops, aes/cipher.go)."""

# Argo CD keeps repositories and clusters as Secrets (argo-cd, util/db): these keys of theirs are no secrets.
_ARGOCD_LABEL: Final = "argocd.argoproj.io/secret-type"
_ARGOCD_OPEN: Final = frozenset(
    {"url", "name", "type", "project", "server", "namespaces", "enableOCI", "enableLfs", "insecure", "clusterResources"}
)

# What stands for a value that something else fills in, or for none at all.
_PLACEHOLDER: Final = re.compile(
    r"""\$\{\w+(?::?[-=])?\}    # Flux's substitution; a default in it is a value
      | \$\([^)]*\)            # kustomize's vars, Kubernetes' own
      | \{\{.*\}\}             # templates: Helm, External Secrets, AVP
      | ^op://                 # 1Password
      | ^ref\+\w+:             # vals
      | ^(?:vault|bao|secretref|awssm|gcpsm|azurekv):  # Bank-Vaults and its kin
      | <path:[^>]+>           # argocd-vault-plugin
      | ^<[^<>]+>$             # <your password here>
      | ^(?i:(?:change|replace|fill|set|override|insert|your|example|dummy|placeholder|redacted|todo|fixme|secret)
            (?:[-_ .]?(?:me|it|this|in|password|secret|token|key|value|here|please))*)$
      | ^[xX*.#-]+$            # xxxx, ****
    """,
    re.VERBOSE | re.DOTALL,
)


def is_plaintext(value: object) -> bool:
    """Whether a value is something that must not be read by everybody who reads the repository.

    Empty values, placeholders, and what SOPS has encrypted are not.
    """
    if isinstance(value, Unknown) or value is None or isinstance(value, bool):
        return False
    text = str(value).strip()
    return bool(text) and not ENCRYPTED.match(text) and not _PLACEHOLDER.search(text[:2000])


def plaintext_keys(secret: Mapping[str, object]) -> list[FieldPath]:
    """Where a Secret holds plain values; nowhere in one that SOPS has encrypted (`sops-unencrypted` looks at it)."""
    if mapping_at(secret, "sops"):
        return []
    open_keys = _ARGOCD_OPEN if _ARGOCD_LABEL in mapping_at(secret, "metadata", "labels") else frozenset()
    return [path for path, value in secret_values(secret) if path[-1] not in open_keys and is_plaintext(value)]


def secret_values(secret: Mapping[str, object]) -> Iterator[tuple[FieldPath, object]]:
    """The values of a Secret as programs see them, with their paths: `data` decoded, `stringData` as it stands."""
    for key, value in mapping_at(secret, "data").items():
        yield ("data", key), _decoded(value)
    for key, value in mapping_at(secret, "stringData").items():
        yield ("stringData", key), value


def _decoded(value: object) -> object:
    if not isinstance(value, str) or _PLACEHOLDER.search(value[:2000]) or ENCRYPTED.match(value):
        return value
    try:
        return base64.b64decode(value, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return value
