"""Sheets of layers on both sides of the date line, which are drawn on the one projection that holds them (EPSG:6933)."""

from __future__ import annotations

from pyproj import CRS

from spatial.render.sheets.frame import view

GLOBE = CRS.from_epsg(6933)
FRAME = (10.0, 10.0, 390.0, 280.0)


def test_a_frame_beyond_the_map_of_the_globe_has_no_corners_in_degrees() -> None:
    """Fiji from 177.4 E to 179.9 W is the whole width of the map, and the frame is higher than the poles: its corners lie nowhere, and a run ended in a trace."""
    assert view(FRAME, (-17_357_000, -2_260_000, 17_367_000, -2_100_000), GLOBE)[0].degrees() == ()


def test_a_frame_within_the_map_has_its_four_corners() -> None:
    """Around 177.4 E, 18 S, from the lower left clockwise."""
    corners = view(FRAME, (17_116_000, -2_260_000, 17_118_000, -2_259_000), GLOBE)[0].degrees()
    assert len(corners) == 4 and all(177 < lon < 178 and -19 < lat < -17 for lat, lon in corners)
    assert corners[0][0] < corners[1][0] and corners[0][1] < corners[3][1]
