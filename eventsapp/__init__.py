"""eventsapp: training and event administration for Swedish county administrative boards."""

from eventsapp.app import create_app

__all__ = ["create_app"]
__version__ = "1.0.0"
