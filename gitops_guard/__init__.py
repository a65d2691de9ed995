"""gitops-guard: nothing reaches a cluster that the gate has not judged and a person has not approved."""

__version__ = "0.1.0"
