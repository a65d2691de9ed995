"""When two URLs mean the same repository."""

from __future__ import annotations

import re
from typing import Final

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SCP: Final = re.compile(r"(?:[^@/:]+@)?([^/:@]+):(?!/)")

# Hosts that serve ssh under another name than https.
_ALIASES: Final = {
    "ssh.github.com": "github.com",
    "www.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
    "ssh.dev.azure.com": "dev.azure.com",
    "vs-ssh.visualstudio.com": "dev.azure.com",
}
_LONGEST: Final = 4096


def normalize_url(url: str) -> str:
    """A spelling that all URLs of one repository share: `git@GitHub.com:Org/Repo.git` is `github.com/org/repo`.

    Scheme, user, port, `.git`, a trailing slash and case are dropped; hosts fold case in names, and so do the large
    forges in paths. OCI artifacts and object stores keep a prefix, so that none is taken for a git repository. The
    empty string where there is no such URL.
    """
    text = url.strip()
    if not text or len(text) > _LONGEST:
        return ""
    scheme = _SCHEME.match(text)
    if scheme:
        kind, rest = scheme[1].lower(), text[scheme.end() :]
        host, _, path = rest.partition("/")
        host = re.sub(r":\d*\Z", "", host.rpartition("@")[2])
    elif (scp := _SCP.match(text)) and not text.startswith((".", "/")):
        kind, host, path = "ssh", scp[1], text[scp.end() :]
    else:
        kind, host, path = "file", "", text
    host = host.lower().removesuffix(".")
    host = _ALIASES.get(host, host)
    steps = [step for step in path.split("?", 1)[0].split("#", 1)[0].lower().split("/") if step not in ("", ".")]
    if steps:
        steps[-1] = steps[-1].removesuffix(".git")
    prefix = f"{kind}:" if kind in ("oci", "s3", "gs", "file") else ""
    return prefix + "/".join(filter(None, _azure(host, steps)))


def _azure(host: str, steps: list[str]) -> list[str]:
    """Azure DevOps has `/v3/org/project/repo` for ssh, `/org/project/_git/repo` or `org.visualstudio.com` for https."""
    organization, dot, domain = host.partition(".")
    if dot and domain == "visualstudio.com":
        host, steps = "dev.azure.com", [organization, *(step for step in steps if step != "defaultcollection")]
    if host == "dev.azure.com":
        if steps[:1] == ["v3"]:
            steps = steps[1:]
        steps = [step for step in steps if step != "_git"]
    return [host, *steps]
