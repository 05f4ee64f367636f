"""eventsapp: training and event administration for Swedish county administrative boards."""

from eventsapp.app import create_app
from eventsapp.config import VERSION

__all__ = ["create_app"]
__version__ = VERSION
