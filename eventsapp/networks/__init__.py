"""Closed circles: who is a member, and which activities are for them alone."""
