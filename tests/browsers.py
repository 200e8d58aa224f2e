"""The browsers that tests and pictures use: where they are, what keeps them from speaking to their makers on their own account, and how a test acts and reads on a busy machine."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import Any

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
FIREFOX = next((path for name in ("firefox-esr", "firefox") if (path := shutil.which(name))), None)

SILENT_FEATURES = ("OptimizationHints", "OptimizationGuideModelDownloading", "MediaRouter", "Translate", "InterestFeedContentSuggestions", "CertificateTransparencyComponentUpdater",
                   "AutofillServerCommunication", "AsyncDns", "DnsOverHttpsUpgrade")
"""Parts of Chromium that look things up; a page's own requests go out as before, so that the canary hears them."""

CHROMIUM_MAKER = ("google.com", "googleapis.com", "gstatic.com", "gvt1.com")
"""Where Chromium looks for updates of its own accord, whatever it is told: names that it then takes for unknown without asking."""

CHROMIUM_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check", "--no-pings", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync", "--disable-domain-reliability", "--disable-client-side-phishing-detection", "--disable-default-apps",
                  "--disable-extensions", "--disable-breakpad", "--metrics-recording-only", f"--disable-features={','.join(SILENT_FEATURES)}",
                  f"--host-resolver-rules={', '.join(f'MAP *.{name} ~NOTFOUND' for name in CHROMIUM_MAKER)}")

FIREFOX_QUIET: dict[str, Any] = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "app.update.auto": False,
    "browser.aboutHomeSnippets.updateUrl": "",
    "browser.newtabpage.enabled": False,
    "browser.newtabpage.activity-stream.feeds.system.topstories": False,
    "browser.newtabpage.activity-stream.feeds.topsites": False,
    "browser.region.network.url": "",
    "browser.region.update.enabled": False,
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.provider.mozilla.updateURL": "",
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "captivedetect.canonicalURL": "",
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.blocklist.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "geo.provider.network.url": "",
    "media.gmp-manager.updateEnabled": False,
    "media.gmp-manager.url": "",
    "messaging-system.rsexperimentloader.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.dns.localDomains": "firefox.settings.services.mozilla.com,content-signature-2.cdn.mozilla.net,push.services.mozilla.com,detectportal.firefox.com",  # this machine
    "network.http.speculative-parallel-limit": 0,
    "network.trr.mode": 5,
    "security.OCSP.enabled": 0,
    "security.certerrors.mitm.priming.enabled": False,
    "security.remote_settings.crlite_filters.enabled": False,
    "security.remote_settings.intermediates.enabled": False,
    "services.settings.poll_interval": 1_000_000,
    "services.settings.server": "data:,",  # remote settings: an address that is no place
    "signon.management.page.breach-alerts.enabled": False,
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "data:,",
    "toolkit.telemetry.unified": False,
}

PATIENCE = 120_000  # ms that a browser has for an answer, on a machine that does much else at the same time

ARRIVED = """(kind) => {
  const seen = (window.arrivedEvents ??= new Map());
  if (!seen.has(kind)) { seen.set(kind, [0, 0, 0]); window.addEventListener(kind, (event) => { seen.set(kind, [seen.get(kind)[0] + 1, event.clientX, event.clientY]); }, true); }
  return seen.get(kind);
}"""


class PatientBrowser:
    """A browser whose pages give every answer the same long time."""

    def __init__(self, launched: Any):
        self.launched = launched

    def new_context(self, **options: Any) -> Any:
        context = self.launched.new_context(**options)
        context.set_default_timeout(PATIENCE)
        return context

    def new_page(self, **options: Any) -> Any:
        page = self.launched.new_page(**options)
        page.set_default_timeout(PATIENCE)
        return page


def until(page: Any, read: str | Callable[[], Any], holds: Callable[[Any], bool], patience: float = PATIENCE) -> Any:
    """What `read` (JavaScript, or a function) gives as soon as it holds; what it gave last is told where it never does."""
    end = time.monotonic() + patience / 1000
    while True:
        last = page.evaluate(read) if isinstance(read, str) else read()
        if holds(last):
            return last
        if time.monotonic() > end:
            raise AssertionError(f"after {patience / 1000:g} s still {last!r}")
        page.wait_for_timeout(50)


def becomes(page: Any, read: str | Callable[[], Any], wanted: Any, patience: float = PATIENCE) -> None:
    """`read` gives what is wanted, if not yet, then soon."""
    try:
        until(page, read, lambda given: bool(given == wanted), patience)
    except AssertionError as problem:
        raise AssertionError(f"{problem}, and not {wanted!r}") from None


class Hand:
    """Mouse and keys whose acts the page has had when they return. A busy browser may say that it took an event before the page has it; the page itself is asked, and the act is
    repeated only where nothing of it came."""

    def __init__(self, page: Any, tries: int = 5, patience: float = PATIENCE):
        self.page, self.tries, self.each = page, tries, patience / tries

    def _sure(self, kind: str, act: Callable[[], Any], at: tuple[float, float] | None = None) -> None:
        before = self.page.evaluate(ARRIVED, kind)[0]

        def there() -> bool:
            count, x, y = self.page.evaluate(ARRIVED, kind)
            return bool(count > before and (at is None or max(abs(x - at[0]), abs(y - at[1])) <= 1))

        for _ in range(self.tries):
            act()
            end = time.monotonic() + self.each / 1000
            while time.monotonic() < end:
                if there():
                    return
                self.page.wait_for_timeout(20)
        raise AssertionError(f"{self.tries} times, and the page had no {kind}")

    def move(self, x: float, y: float) -> None:
        mouse, from_beside = self.page.mouse, False

        def act() -> None:
            nonlocal from_beside
            if from_beside:  # a mouse that does not move is no event
                mouse.move(x - 3, y)
            from_beside = True
            mouse.move(x, y)

        self._sure("mousemove", act, (x, y))

    def down(self) -> None:
        self._sure("mousedown", self.page.mouse.down)

    def up(self) -> None:
        self._sure("mouseup", self.page.mouse.up)

    def wheel(self, x: float, y: float) -> None:
        self._sure("wheel", lambda: self.page.mouse.wheel(x, y))

    def click(self, x: float, y: float) -> None:
        self._sure("click", lambda: self.page.mouse.click(x, y))

    def dblclick(self, x: float, y: float) -> None:
        self._sure("dblclick", lambda: self.page.mouse.dblclick(x, y))

    def press(self, selector: str) -> None:
        """A click on an element."""
        self._sure("click", lambda: self.page.click(selector))

    def over(self, selector: str) -> None:
        """The pointer over the middle of an element."""
        box = self.page.locator(selector).bounding_box()
        self.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def key(self, name: str) -> None:
        self._sure("keydown", lambda: self.page.keyboard.press(name))


PIXELS = """() => {
  const shown = document.querySelector('.spatial-canvas'), copy = document.createElement('canvas');
  copy.width = shown.width;
  copy.height = shown.height;
  const brush = copy.getContext('2d', {willReadFrequently: true});
  brush.drawImage(shown, 0, 0);
  return brush.getImageData(0, 0, copy.width, copy.height).data;
}"""
"""What the map's canvas shows, from a copy: Chromium complains on the console of a canvas that is read twice."""

AT_REST = "!spatialMap.map._animatingZoom"
"""No zoom of the map is on its way; the end of one would undo a view that is set meanwhile."""


def touched(page: Any, tap: Callable[[], None], effect: str) -> None:
    """Touch until the page shows the effect (JavaScript that says so): on a machine that is busy drawing, the browser takes a short touch for a long one, which clicks nothing."""
    for _ in range(5):
        tap()
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if page.evaluate(effect):
                return
            page.wait_for_timeout(100)
    raise AssertionError(f"five touches, and never {effect}")
