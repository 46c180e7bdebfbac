"""The pictures of the README: `python -m groupbuy.local.screenshots`.

Of a platform of its own with the demo in it, thrown away afterwards; or of the one at BASE_URL, which only looks at
pages and changes nothing. They go to docs/screenshots/, small enough to live in the repository.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from groupbuy.local.browser import ensure, launch_options
from groupbuy.local.environment import PROJECT_ROOT
from groupbuy.local.ports import free_port
from groupbuy.local.run import DEMO_PASSWORD, LAST_LINE

FOLDER = PROJECT_ROOT / "docs" / "screenshots"
PHONE, DESK = (390, 844), (1280, 860)
COLOURS = 160
MOST_BYTES = 1_500_000
CONSUMER, MERCHANT, OPERATOR = "13800000003", "13800000002", "13800000001"


@dataclass(frozen=True)
class Shot:
    """One picture: who looks, the addresses one after the other, each as a path or as the text of a link."""

    name: str
    steps: tuple[str, ...]
    person: str = ""
    size: tuple[int, int] = PHONE
    dark: bool = False


SHOTS = (
    Shot("home", ("/",), CONSUMER),
    Shot("hall", ("/campaigns/",), CONSUMER),
    Shot("campaign", ("/campaigns/?q=丹东草莓", "link:丹东草莓"), CONSUMER),
    Shot("checkout", ("/campaigns/?q=五常稻花香", "link:五常稻花香", "join/"), CONSUMER),
    Shot("order", ("/orders/", "link:库尔勒香梨"), CONSUMER),
    Shot("share", ("/campaigns/?q=赣南脐橙", "link:赣南脐橙", "share/"), CONSUMER),
    Shot("campaign-dark", ("/campaigns/?q=云南高原蓝莓", "link:云南高原蓝莓"), CONSUMER, dark=True),
    Shot("dashboard", ("/backoffice/",), MERCHANT, DESK),
    Shot("wizard", ("/backoffice/", "campaigns/", "link:秦岭洋槐蜜", "edit/ladder/"), MERCHANT, DESK),
    Shot("watch", ("/backoffice/", "campaigns/", "link:赣南脐橙"), MERCHANT, DESK),
    Shot("merchant-orders", ("/backoffice/", "orders/"), MERCHANT, DESK),
    Shot("operators", ("/admin/",), OPERATOR, DESK),
)


def main(names: Sequence[str]) -> None:
    """Take all pictures, or those of the names."""
    if not ensure():
        sys.exit("There is no Chromium to take pictures with.")
    wanted = [shot for shot in SHOTS if not names or shot.name in names]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with platform() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        for person in dict.fromkeys(shot.person for shot in wanted):
            _take_all(browser, address, person, [shot for shot in wanted if shot.person == person])
        browser.close()
    total = sum(picture.stat().st_size for picture in FOLDER.glob("*.png"))
    if total > MOST_BYTES:
        sys.exit(f"The pictures weigh {total:,} bytes together, and {MOST_BYTES:,} is the most: use fewer COLOURS.")


@contextmanager
def platform() -> Iterator[str]:
    """The address of a running platform: BASE_URL, or one that is there as long as this takes."""
    if address := os.environ.get("BASE_URL"):
        yield address
        return
    with tempfile.TemporaryDirectory(prefix="groupbuy-screenshots-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o711)
        process = _start(folder, port)
        try:
            _await_ready(process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.communicate(timeout=60)
            shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, port: int) -> "subprocess.Popen[str]":
    fixed = {"GROUPBUY_DATA_DIR": str(folder), "PORT": str(port)}
    environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    return subprocess.Popen(
        [sys.executable, "-m", "groupbuy.local.run"],
        cwd=PROJECT_ROOT,
        env=environment | fixed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _await_ready(process: "subprocess.Popen[str]") -> None:
    """Until the welcome has been said; what is said meanwhile is passed on."""
    for line in process.stdout or ():
        print(line, end="", flush=True)
        if line.strip() == LAST_LINE:
            return
    sys.exit("The platform did not start; the reason stands above.")


def _take_all(browser: Browser, address: str, person: str, shots: Sequence[Shot]) -> None:
    """All pictures one person sees, signed in once for each look of the screen."""
    for look in dict.fromkeys((shot.size, shot.dark) for shot in shots):
        (width, height), dark = look
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=width == PHONE[0],
            reduced_motion="reduce",
        )
        page = context.new_page()
        if person:
            _sign_in(page, person)
        for shot in shots:
            if (shot.size, shot.dark) == look:
                _take(page, shot)
        context.close()


def _sign_in(page: Page, phone: str) -> None:
    page.goto("/sign-in/?by=password")
    page.fill("[name=phone]", phone)
    page.fill("[name=password]", DEMO_PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def _take(page: Page, shot: Shot) -> None:
    for step in shot.steps:
        if step.startswith("link:"):
            link = page.locator("main a[href]", has_text=step.removeprefix("link:")).first
            step = link.get_attribute("href") or ""
        answer = page.goto(step if step.startswith("/") else urljoin(page.url, step))
        if answer is None or not answer.ok:
            sys.exit(f"{shot.name}: {page.url} answered {answer.status if answer else 'nothing'}")
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot()))
    _keep(picture.convert("RGB"), FOLDER / f"{shot.name}.png")
    print(f"  {shot.name}.png", flush=True)


def _keep(picture: Image.Image, path: Path) -> None:
    """As few colours as nobody misses."""
    picture.quantize(COLOURS, dither=Image.Dither.FLOYDSTEINBERG).save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
