"""Giving out parallel programme items by what participants have ranked."""
