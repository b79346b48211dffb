"""Offpage: backend workflows that run off the page. ARCHITECTURE.md is the map."""

__version__ = "0.1.0"
