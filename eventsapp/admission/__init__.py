"""The ways in that are not first come: approval, allocation by lot, and invitations."""
