"""The map in Firefox ESR, spoken to by its own Marionette protocol: lengths and JSON on a local socket."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spatial import pipeline
from tests.browsers import FIREFOX, FIREFOX_QUIET, PATIENCE
from tests.flow.conftest import District


class Firefox:
    """One headless Firefox with a fresh profile and no way to the network."""

    def __init__(self, profile: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        profile.mkdir()
        prefs = {**FIREFOX_QUIET, "marionette.port": port, "network.proxy.type": 1, "network.proxy.http": "127.0.0.1", "network.proxy.http_port": 9,
                 "network.proxy.ssl": "127.0.0.1", "network.proxy.ssl_port": 9}
        (profile / "user.js").write_text("".join(f'user_pref("{name}", {json.dumps(value)});\n' for name, value in prefs.items()), encoding="utf-8")
        self.process = subprocess.Popen([str(FIREFOX), "--headless", "--marionette", "--no-remote", "--profile", str(profile)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env={**os.environ, "HOME": str(profile), "MOZ_DISABLE_CONTENT_SANDBOX": "1"})
        self.link, self.held, self.number = self.connected(port), b"", 0
        self.message()
        self.call("WebDriver:NewSession", {})
        self.call("WebDriver:SetTimeouts", {"script": PATIENCE, "pageLoad": PATIENCE})

    def connected(self, port: int) -> socket.socket:
        end = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < end and self.process.poll() is None:
            try:
                link = socket.create_connection(("127.0.0.1", port), timeout=180)
            except OSError:
                time.sleep(0.2)
            else:
                return link
        raise AssertionError("Firefox does not answer")

    def message(self) -> Any:
        while b":" not in self.held:
            self.held += self.link.recv(65536)
        size, _, rest = self.held.partition(b":")
        while len(rest) < int(size):
            rest += self.link.recv(65536)
        self.held = rest[int(size):]
        return json.loads(rest[: int(size)])

    def call(self, command: str, what: dict[str, Any]) -> Any:
        self.number += 1
        text = json.dumps([0, self.number, command, what]).encode()
        self.link.sendall(str(len(text)).encode() + b":" + text)
        _, _, error, result = self.message()
        assert error is None, error
        return result

    def run(self, script: str) -> Any:
        return self.call("WebDriver:ExecuteScript", {"script": f"const spatialMap = window.wrappedJSObject.spatialMap; return {script};", "args": [], "sandbox": "default"})["value"]


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[Firefox]:
    if FIREFOX is None:
        if "firefox" in os.environ.get("SPATIAL_REQUIRE", ""):
            pytest.fail("Firefox is required and not on this machine")
        pytest.skip("no Firefox on this machine")
    started = Firefox(tmp_path / "profile")
    yield started
    started.link.close()
    started.process.terminate()
    try:
        started.process.wait(PATIENCE / 1000)
    except subprocess.TimeoutExpired:
        started.process.kill()
        started.process.wait()


@pytest.mark.firefox
def test_the_map_opens_in_firefox_and_counts_as_it_should(district: District, firefox: Firefox) -> None:
    run = pipeline.run(district.write())
    firefox.call("WebDriver:Navigate", {"url": (run.folder / "map.html").as_uri()})
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end and not firefox.run("spatialMap ? spatialMap.drawnCount : 0"):
        time.sleep(0.2)
    assert firefox.run("[spatialMap.parcelCount, spatialMap.drawnCount]") == [4, 4]
    assert firefox.run("spatialMap.state.shownCount.m2") == pytest.approx(run.parcels["area_m2"].sum(), abs=0.05)
    assert firefox.run("document.querySelector('.side h1').textContent") == "四块地"
    painted = firefox.run("(() => { const c = document.querySelector('.spatial-canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; "
                          "let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i] > 0) n++; return n; })()")
    assert painted > 1000
