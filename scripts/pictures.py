"""Draws the small pictures of docs/pictures/ as SVG; `python -m scripts.pictures` writes them again."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
BLUE, RED, GREY, INK = "#7aa6d8", "#e08a7a", "#d9dde3", "#222b36"


def text(x: float, y: float, words: str, size: int = 13, colour: str = INK) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="middle" fill="{colour}">{words}</text>'


def box(x: float, y: float, w: float, h: float, colour: str, opacity: float = 1) -> str:
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{colour}" fill-opacity="{opacity}" stroke="{INK}"/>'


def shape(points: str, colour: str) -> str:
    return f'<polygon points="{points}" fill="{colour}" stroke="{INK}"/>'


def straddling() -> str:
    return (box(110, 40, 60, 80, BLUE) + box(170, 40, 120, 80, RED) + f'<line x1="170" y1="15" x2="170" y2="135" stroke="{INK}" stroke-width="3"/>'
            + text(140, 85, "1/3") + text(230, 85, "2/3") + text(60, 85, "A") + text(340, 85, "B"))


def overlap() -> str:
    return (box(90, 30, 120, 80, BLUE) + box(170, 50, 120, 80, RED, 0.6) + box(170, 50, 40, 60, "#8a5a8a") + text(125, 75, "9,600")
            + text(250, 95, "9,600") + text(190, 85, "2,400", 12, "#ffffff") + text(190, 148, "Σ 19,200 m² → 16,800 m²", 14))


def bow_tie() -> str:
    return (shape("40,40 160,120 160,40 40,120", RED) + text(100, 145, "S = 0 ✗") + text(200, 85, "→", 26)
            + shape("240,40 240,120 300,80", BLUE) + shape("360,40 360,120 300,80", BLUE) + text(300, 145, "S = S₁ + S₂ ✓"))


def zone_prefix() -> str:
    return (f'<text x="200" y="70" font-size="34" text-anchor="middle"><tspan fill="#c0392b">40</tspan><tspan fill="{INK}">520000.00</tspan></text>'
            + text(140, 105, "带号 zone 40", 13, "#c0392b") + text(255, 105, "E 520,000 m") + text(200, 135, "CGCS2000 / 3° zone 40 · EPSG:4528"))


def merged_header() -> str:
    return (box(20, 25, 160, 28, GREY) + box(20, 53, 80, 28, GREY) + box(100, 53, 80, 28, GREY) + box(20, 81, 80, 28, "#ffffff") + box(100, 81, 80, 28, "#ffffff")
            + text(100, 44, "投资") + text(60, 72, "固定") + text(140, 72, "其他") + text(60, 100, "120") + text(140, 100, "30") + text(205, 76, "→", 22)
            + box(230, 53, 80, 28, BLUE) + box(310, 53, 80, 28, BLUE) + box(230, 81, 80, 28, "#ffffff") + box(310, 81, 80, 28, "#ffffff")
            + text(270, 72, "投资/固定") + text(350, 72, "投资/其他") + text(270, 100, "120") + text(350, 100, "30"))


def unit_factor() -> str:
    return (box(50, 40, 90, 60, BLUE) + text(95, 75, "40,000 m²") + text(200, 60, "= 60 亩 mu") + text(200, 90, "= 4 公顷 ha")
            + box(270, 40, 100, 60, RED, 0.5) + text(320, 75, "60 “m²” ?") + text(200, 135, "40,000 / 60 = 666.67 ✗", 14))


def web_shift() -> str:
    parcels = "".join(box(60 + 40 * i, 30 + 34 * j, 34, 28, GREY) for i in range(3) for j in range(3))
    line = 'fill="none" stroke="#c0392b" stroke-width="3"'
    return (parcels + f'<rect x="57" y="27" width="120" height="102" fill="none" stroke="{INK}" stroke-dasharray="5 4" stroke-width="2"/>'
            + f'<rect x="127" y="52" width="120" height="102" {line}/>' + text(320, 60, "GCJ-02: +509 m", 14, "#c0392b") + text(320, 84, "122°", 14, "#c0392b")
            + text(320, 116, "crs = \"GCJ-02\""))


def total_row() -> str:
    rows = [("A", "40"), ("B", "20"), ("合计", "60")]
    cells = "".join(box(40, 30 + 30 * i, 80, 30, RED if i == 2 else "#ffffff", 0.5) + box(120, 30 + 30 * i, 80, 30, RED if i == 2 else "#ffffff", 0.5)
                    + text(80, 50 + 30 * i, name) + text(160, 50 + 30 * i, value) for i, (name, value) in enumerate(rows))
    return cells + text(310, 60, "Σ = 120 ✗", 15, "#c0392b") + text(310, 90, "Σ = 60 ✓", 15) + text(310, 120, "60 = 40 + 20", 13)


def damaged_id() -> str:
    return (text(200, 45, "3301090010010000012 (文本 text)", 15) + text(200, 85, "3.30109E+18", 22, "#c0392b")
            + text(200, 110, "3301090010010000**** ✗", 14, "#c0392b") + text(200, 140, "> 15 digits in a number cell cannot come back", 12))


PICTURES = {"web-shift": web_shift, "total-row": total_row, "damaged-id": damaged_id,
            "straddling": straddling, "overlap": overlap, "bow-tie": bow_tie, "zone-prefix": zone_prefix,
            "merged-header": merged_header, "unit-factor": unit_factor}


def svg(name: str) -> str:
    return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 160" width="400" height="160" font-family="sans-serif">'
            f'<rect width="400" height="160" fill="#ffffff"/>{PICTURES[name]()}</svg>\n')


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in PICTURES:
        (FOLDER / f"{name}.svg").write_text(svg(name), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
