"""Flux, Argo CD and Kubernetes objects as types, and what refers to what. Pure."""
