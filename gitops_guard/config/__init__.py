"""`.gitops-guard.yaml`: typed, discovered, validated."""
