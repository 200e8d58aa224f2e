"""Hooks of the documents' site: no page may name a file on another host, not even one that only search on file:// would want."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

SHIM = Path(__file__).resolve().parent.parent / "frontend" / "node_modules" / "iframe-worker" / "shim" / "index.js"
REMOTE_SCRIPT = re.compile(r'<script[^>]+src="https?://[^"]+"[^>]*></script>')


ENGLISH_BOOST = 4  # what is sought in English leads to English pages first, though the Chinese ones hold the same ids
WITHOUT_CONTENTS = ("indicators.md", "en/indicators.md")  # one table and no headings: its columns take the room
FOLDER = re.compile(r'(<a [^>]*href=")(\.\.?(?:/\.\.)*)/?(")')


def on_page_markdown(markdown: str, page: Any, **_: Any) -> None:
    if page.file.src_uri in WITHOUT_CONTENTS:
        page.meta["hide"] = ["toc"]
    if page.url.startswith("en/"):
        page.meta["search"] = {"boost": ENGLISH_BOOST, **page.meta.get("search", {})}


def on_page_context(context: Any, page: Any, config: Any, **_: Any) -> Any:
    """The words around a page (search, contents, copy) are in its language."""
    config.theme["language"] = "en" if page.url.startswith("en/") else "zh"
    return context


def on_post_page(output: str, **_: Any) -> str:
    """In a folder nobody adds index.html to the name of a folder: the logo's link is given the name of the page."""
    return FOLDER.sub(r"\1\2/index.html\3", REMOTE_SCRIPT.sub("", output))


def on_post_template(output_content: str, template_name: str, **_: Any) -> str:
    """No page for what is not found: only a server shows it, and its links would name places on that server."""
    return "" if template_name == "404.html" else REMOTE_SCRIPT.sub("", output_content)


def on_post_build(config: Any, **_: Any) -> None:
    """What lets the search work in a page opened from a folder, where a browser starts no worker."""
    if not SHIM.is_file():
        raise SystemExit(f"{SHIM.parent.parent.name} is not installed: run `make frontend` first")
    _index_by_language(Path(config["site_dir"]) / "search" / "search_index.json")
    shutil.copyfile(SHIM, Path(config["site_dir"]) / "assets" / "iframe-worker.js")


def _index_by_language(path: Path) -> None:
    """Chinese words (aliases, titles of documents) in English pages are not searched, so that a Chinese word lists Chinese pages; the pages hold the same tables."""
    index = json.loads(path.read_text(encoding="utf-8"))
    for entry in index["docs"]:
        if entry["location"].startswith("en/"):
            entry.update({part: re.sub("[一-鿿\u200b]+", " ", entry[part]) for part in ("title", "text")})
    path.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
