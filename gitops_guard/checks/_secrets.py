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

# What stands for a value that something else fills in, or for none at all.
_PLACEHOLDER: Final = re.compile(
    r"""\$\{[^}]*\}            # Flux's substitution, shells
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
