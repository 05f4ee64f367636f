"""The ways in which people use a page: a mouse, a finger, the keyboard alone; each with the browser it belongs to."""

from collections.abc import Callable
from typing import ClassVar

from playwright.sync_api import BrowserContext, Locator, Page

from tests.e2e.conftest import PHONE
from tests.e2e.steps import press_until


class Hand:
    """A mouse, in a browser with or without JavaScript."""

    options: ClassVar[dict[str, object]] = {}

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    def in_new_browser(cls, open_context: Callable[..., BrowserContext]) -> "Hand":
        """A hand with a browser of its own."""
        return cls(open_context(**cls.options).new_page())

    @property
    def runs_scripts(self) -> bool:
        return bool(self.options.get("java_script_enabled", True))

    def press(self, target: Locator) -> None:
        """A link or a button."""
        target.click()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def choose(self, target: Locator) -> None:
        """The ring or the box of a choice."""
        target.check()


class HandWithoutScripts(Hand):
    """A mouse, in a browser that runs no JavaScript."""

    options: ClassVar[dict[str, object]] = {"java_script_enabled": False}


class Finger(Hand):
    """A finger, on a phone 390 px wide."""

    options: ClassVar[dict[str, object]] = {
        "viewport": PHONE,
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 2,
    }

    def press(self, target: Locator) -> None:
        target.tap()

    def choose(self, target: Locator) -> None:
        target.tap()


class Keys(Hand):
    """The keyboard alone: Tab, Enter and Space, and the focus is seen at every stop."""

    def press(self, target: Locator) -> None:
        press_until(self.page, target)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        press_until(self.page, field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, target: Locator) -> None:
        press_until(self.page, target)
        self.page.keyboard.press("Space")


HANDS = (Keys, Finger, HandWithoutScripts)
