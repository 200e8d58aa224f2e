"""What to draw with: 20,000 parcels of 9 corners as one vector page, by each library that is installed.

`pip install reportlab matplotlib fpdf2` (pycairo from the system), then `python -m tests.benchmarks.bench_drawing`; a library that is missing is said to be.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import shapely

from spatial.render.sheets.canvas import MM, Canvas

WIDE, HIGH, COUNT = 420.0, 297.0, 20_000  # mm, mm


def parcels() -> Any:
    i, j = np.divmod(np.arange(COUNT), 160)
    corners = np.array([(0, 0), (0.5, 0.02), (1, 0), (0.98, 0.5), (1, 1), (0.5, 0.98), (0, 1), (0.02, 0.5), (0, 0)]) * (WIDE / 160 * 0.9, HIGH / 125 * 0.9)
    return shapely.polygons(corners[None] + np.stack([j * WIDE / 160, i * HIGH / 125], 1)[:, None])


def by_operators(shapes: Any, path: Path) -> None:
    page = Canvas(WIDE, HIGH, ())
    page.areas(shapes, (0.0, 0.0), (0.0, 0.0), 1000.0, fill="#5B9A68", line="#FFFFFF", width=0.05)
    pdf = pikepdf.new()
    content = pdf.make_stream(b"")
    content.write(page.stream(), filter=pikepdf.Name.FlateDecode)
    scale = pdf.make_stream(f"{MM:.8f} 0 0 {MM:.8f} 0 0 cm".encode())
    pdf.pages.append(pikepdf.Page(pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=pikepdf.Array([0, 0, round(WIDE * MM), round(HIGH * MM)]), Contents=pikepdf.Array([scale, content]))))
    pdf.save(path)


def by_reportlab(shapes: Any, path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas as Reportlab

    page = Reportlab(str(path), pagesize=(WIDE * MM, HIGH * MM), pageCompression=1)
    page.setFillColorRGB(0.36, 0.6, 0.41)
    for shape in shapes:
        xy = shapely.get_coordinates(shape) * MM
        drawn = page.beginPath()
        drawn.moveTo(*xy[0])
        for x, y in xy[1:-1]:
            drawn.lineTo(x, y)
        drawn.close()
        page.drawPath(drawn, stroke=1, fill=1)
    page.save()


def by_matplotlib(shapes: Any, path: Path) -> None:
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.collections import PolyCollection
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDE / 25.4, HIGH / 25.4))
    FigureCanvasPdf(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDE)
    axes.set_ylim(0, HIGH)
    axes.add_collection(PolyCollection([shapely.get_coordinates(shape) for shape in shapes], facecolors="#5B9A68", edgecolors="white", linewidths=0.05))
    figure.savefig(path)


def by_fpdf2(shapes: Any, path: Path) -> None:
    from fpdf import FPDF

    page = FPDF(unit="mm", format=(HIGH, WIDE), orientation="L")
    page.add_page()
    page.set_fill_color(91, 154, 104)
    for shape in shapes:
        page.polygon(shapely.get_coordinates(shape)[:-1].tolist(), style="DF")
    page.output(str(path))


def by_pycairo(shapes: Any, path: Path) -> None:
    import cairo

    surface = cairo.PDFSurface(str(path), WIDE * MM, HIGH * MM)
    page = cairo.Context(surface)
    page.scale(MM, MM)
    page.set_line_width(0.05)
    for shape in shapes:
        xy = shapely.get_coordinates(shape).tolist()
        page.move_to(*xy[0])
        for x, y in xy[1:-1]:
            page.line_to(x, y)
        page.close_path()
        page.set_source_rgb(0.36, 0.6, 0.41)
        page.fill_preserve()
        page.set_source_rgb(1, 1, 1)
        page.stroke()
    surface.finish()


WAYS: dict[str, Callable[[Any, Path], None]] = {"operators from arrays + pikepdf": by_operators, "reportlab": by_reportlab, "matplotlib": by_matplotlib, "fpdf2": by_fpdf2, "pycairo": by_pycairo}


def main() -> None:
    shapes = parcels()
    with tempfile.TemporaryDirectory() as folder:
        for name, way in WAYS.items():
            path = Path(folder) / "page.pdf"
            try:
                way(shapes[:10], path)  # imports
            except ImportError as reason:
                print(f"{name:32} not installed ({reason.name})")
                continue
            begin = time.process_time()
            way(shapes, path)
            print(f"{name:32} {time.process_time() - begin:6.2f} s of the processor  {path.stat().st_size / 1024:7.0f} kB")


if __name__ == "__main__":
    main()
