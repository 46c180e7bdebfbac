"""How people move through the pages: what they read in their language, and what their thumbs do."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.utils import translation
from playwright.sync_api import ConsoleMessage, Error, Locator, Page


@dataclass
class Walker:
    """Somebody with a browser. A clumsy one taps twice and goes back and forth on every page."""

    page: Page
    language: str = "zh-hans"
    clumsy: bool = False
    has_script: bool = True
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def say(self, text: str, **values: object) -> str:
        """A sentence of the pages, in this person's language."""
        with translation.override(self.language):
            return translation.gettext(text) % values if values else translation.gettext(text)

    @property
    def path(self) -> str:
        """Where they are."""
        return urlsplit(self.page.url).path

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)
        self.stumble()

    def press(self, what: str | Locator, *, passing: bool = False) -> None:
        """Press a link or a button that leads to a page, and be there; `passing` through it, nobody goes back."""
        target = self._visible(what)
        with self.page.expect_navigation():
            if self.clumsy:
                target.dblclick()
            else:
                target.click()
        if not passing:
            self.stumble()

    def fill(self, name: str, text: str) -> None:
        """Type into the field of this name."""
        self.page.locator(f"main [name='{name}']").fill(text)

    def tick(self, name: str, value: str = "") -> None:
        """Choose a box, or one of several; the label is what a thumb hits."""
        chosen = f"[value='{value}']" if value else ""
        self.page.locator(f"main [name='{name}']{chosen}").check(force=True)

    def reads(self, text: str, **values: object) -> None:
        """They see this sentence somewhere on the page."""
        self.page.get_by_text(self.say(text, **values)).locator("visible=true").first.wait_for()

    def _visible(self, what: str | Locator) -> Locator:
        found = self.page.locator(what) if isinstance(what, str) else what
        return found.locator("visible=true").first

    def stumble(self) -> None:
        """Back and forth again, as thumbs do; the page is as it was."""
        if self.clumsy:
            here = self.page.url
            self.page.go_back()
            try:
                self.page.go_forward()
            except Error:  # a browser asks before it sends a form anew; they say no and open the page again
                self.page.wait_for_url("chrome-error://**")
            if self.page.url != here:
                self.page.goto(here)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")
