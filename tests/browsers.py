"""The browsers that tests and pictures use: where they are, and what keeps them from speaking to their makers on their own account."""

from __future__ import annotations

import shutil
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
