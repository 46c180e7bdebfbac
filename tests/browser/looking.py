"""What a page must be in a real browser: fit, quiet, readable by everybody, in light and in dark."""

from dataclasses import dataclass, field
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from accounts.models import User
from tests.browser.conftest import DESK, PHONE
from tests.browser.world import enter

MISSING = "/nowhere/"
GRAVE = ("serious", "critical")
# What a transition was about is over two frames after it began.
STILL = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
AXE = """only => axe.run(document, {
    resultTypes: ["violations"], elementRef: false, selectors: false, ...(only && {runOnly: only}),
}).then(
    found => found.violations.map(each => [each.impact, each.id, each.nodes.map(node => node.html.slice(0, 160))])
)"""


@dataclass
class Eye:
    """One browser window that looks at page after page and writes down what is wrong."""

    page: Page
    excused: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    expected: int = 200

    def __post_init__(self) -> None:
        # Kept by the browser: evaluating it on each page would send half a megabyte each time.
        self.page.add_init_script(AXE_SCRIPT)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._complain(str(error)))

    def look(self, path: str, *, status: int = 200, other_width: int = 0) -> None:
        """Open a page and check it: in light, in dark, and at another width whether it fits."""
        self.expected = status
        self.page.emulate_media(color_scheme="light")
        answer = self.page.goto(path)
        if answer is None or answer.status != status:
            self._complain(f"answered {answer and answer.status}")
            return
        self._fits()
        self._axe(None, "light")
        self.page.emulate_media(color_scheme="dark")
        self.page.evaluate(STILL)
        self._axe(["color-contrast"], "dark")
        if other_width:
            self._at(other_width)

    def _at(self, width: int) -> None:
        usual = self.page.viewport_size
        assert usual
        self.page.set_viewport_size({"width": width, "height": usual["height"]})
        self._fits()
        self.page.set_viewport_size(usual)

    def _fits(self) -> None:
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            width = self.page.viewport_size and self.page.viewport_size["width"]
            self._complain(f"sticks out by {over} px at {width}")

    def _axe(self, only: list[str] | None, scheme: Literal["light", "dark"]) -> None:
        found: list[tuple[str, str, list[Any]]] = self.page.evaluate(AXE, only)
        for impact, rule, nodes in found:
            if impact in GRAVE and rule not in self.excused:
                self._complain(f"{scheme}: {rule}: {nodes[:3]}")

    def _hear(self, message: ConsoleMessage) -> None:
        if f"status of {self.expected} " in message.text:
            return  # The browser's own remark about a page that is meant to be missing.
        if message.type == "error" or "Content Security Policy" in message.text:
            self._complain(message.text)

    def _complain(self, text: str) -> None:
        path = self.page.url.split("/", 3)[-1]
        self.complaints.append(f"/{path}: {text}")


def window(chromium: Browser, url: str, size: ViewportSize) -> BrowserContext:
    """A browser window for one person; nothing in it moves, so that a colour is the colour it stays."""
    return chromium.new_context(viewport=size, base_url=url, locale="zh-CN", reduced_motion="reduce")


def walk(chromium: Browser, url: str, person: User | None, pages: list[str], *, wide: bool = False) -> list[str]:
    """Look at pages as this person; read at a desk or on a phone, fitting both. Returns the complaints."""
    context = window(chromium, url, DESK if wide else PHONE)
    enter(context, person, url)
    eye = Eye(context.new_page())
    for path in pages:
        eye.look(path, status=404 if path == MISSING else 200, other_width=(PHONE if wide else DESK)["width"])
    context.close()
    return eye.complaints
