"""English templates told of one: `{count} rows are` is `{count} row is` where the count is 1."""

from __future__ import annotations

import re
from functools import lru_cache

_VERBS = {"are": "is", "have": "has", "were": "was", "do": "does", **{verb: f"{verb}s" for verb in (
    "lack", "hold", "name", "lie", "stand", "state", "say", "give", "leave", "differ", "agree", "share", "seem", "end", "bear", "belong", "mean", "show", "turn", "equal", "change", "overlap", "call",
    "add", "count", "fall", "keep", "come", "pay", "look", "make", "need", "begin", "write", "follow", "depart", "contain", "disagree", "rise", "ask", "exceed", "cover", "enter",
    "move", "get", "play", "promise", "meet", "start", "stay", "fill", "use", "repeat", "appear", "describe", "point", "remain", "read", "fail", "wait")},
          "carry": "carries", "reach": "reaches", "go": "goes", "cross": "crosses", "touch": "touches", "match": "matches"}
_SUBJECTLESS = r"(?:\b(?:of|in|for|to|from|by|on|than|with|at|after|under|below|over|between|among)\s+(?:the\s+)?)?"
_WORD = r"(?!(?:of|in|and|or|are|is|was|has|have|were|as|its|this|which|that|than|more than|times)\b)[A-Za-z][\w-]*"
_OF_ALL = "as|is|was|has|its|this|less|across|always|does"  # end in s, and are no names of several things


@lru_cache(maxsize=4096)
def told_of_one(template: str, names: tuple[str, ...]) -> str:
    """The template with the noun behind each of the places in the singular, and the verbs of that noun with it."""
    for name in names:
        noun = rf"({_SUBJECTLESS})\{{{name}\}} ((?:{_WORD} ){{0,3}}?)(?!(?:{_OF_ALL})\b)([A-Za-z][\w-]*s)\b"
        template = re.sub(rf"{noun}((?:[^;:.()]|\([^()]*\))*)", _one, template)
    return template


def _one(match: re.Match[str]) -> str:
    before, words, noun, rest = match[1], match[2], match[3], match[4]
    place = match[0][len(before): match[0].index("}") + 1]
    return f"{before}{place} {words}{_singular(noun)}{rest if before else _agreeing(rest)}"


def _singular(noun: str) -> str:
    if noun.endswith("ies") and noun != "series":
        return f"{noun[:-3]}y"
    return noun[:-2] if re.search(r"(?:ch|sh|x|ss)es$", noun) else noun if noun == "series" else noun[:-1]


def _agreeing(rest: str) -> str:
    """What follows a noun, with its verbs in the singular: the next word, those after `that` and `and`, and the first one behind a phrase (rows of the ledger name)."""
    words = re.split(r"(\([^()]*\)|\W+)", rest)
    phrase = re.match(r"\s(?:of|without|with|in|inside|that|which)\b", rest) is not None
    changed, last, seen = False, "", 0
    for at, word in enumerate(words):
        if not re.fullmatch(r"\w+", word):
            continue
        near = not seen or seen == 1 and last in ("that", "which") or changed and last in ("and", "but")
        behind = not changed and (word in ("are", "have", "were", "do") or phrase and seen > 1 and last not in ("of", "the", "a", "their", "its", "in", "no", "be", "that"))
        if word in _VERBS and (near or behind):
            words[at] = _VERBS[word]
            changed = changed or last not in ("that", "which")
        last, seen = word, seen + 1
    return "".join(words)
