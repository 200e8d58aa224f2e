"""The map as a notebook embeds it: 500 px high, with its whole legend in view and nothing over the carriers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.chromium


@pytest.mark.parametrize(("height", "open_at_first"), [(500, False), (800, True)])
def test_the_legend_is_whole_and_overlays_are_shut_where_there_is_little_room(shared_demo: Path, browser: Any, height: int, open_at_first: bool) -> None:
    page = browser.new_page(viewport={"width": 960, "height": height})
    page.goto((shared_demo / "demo" / "map.html").as_uri())
    page.wait_for_function("() => window.spatialMap && spatialMap.drawnCount > 0")
    rows = page.eval_on_selector_all(".page[data-page=views] .legend .key", "keys => keys.map(key => key.getBoundingClientRect().bottom)")
    foot = page.eval_on_selector(".pages", "pages => pages.getBoundingClientRect().bottom")
    assert len(rows) == 11 and max(rows) <= foot
    assert page.eval_on_selector(".spatial-overlays", "box => box.open") is open_at_first
    page.close()
