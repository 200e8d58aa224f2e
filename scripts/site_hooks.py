"""Hooks of the documents' site: no page may name a file on another host, not even one that only search on file:// would want."""

from __future__ import annotations

import re
from typing import Any

REMOTE_SCRIPT = re.compile(r'<script[^>]+src="https?://[^"]+"[^>]*></script>')


def on_post_page(output: str, **_: Any) -> str:
    return REMOTE_SCRIPT.sub("", output)


def on_post_template(output_content: str, **_: Any) -> str:
    return REMOTE_SCRIPT.sub("", output_content)
