"""Cases of corner files put together, retyped or saved by a spreadsheet."""

from __future__ import annotations

import re

from tests.corpus.cases import case
from tests.corpus.desk import Desk
from tests.corpus.ground import PLANE_M2, in_crs
from tests.corpus.texts import BARE, HEAD
from tests.corpus.writers import corner_text

WHOLE = corner_text(in_crs(4528), header=HEAD, places=3)


@case(truth=BARE)
def corner_file_in_full_width(desk: Desk) -> None:
    desk.text("parcels.txt", WHOLE.translate(str.maketrans(",@[]=", "，＠［］＝")), "gbk")


@case(truth=BARE)
def corner_file_with_names_of_its_own(desk: Desk) -> None:
    desk.text("parcels.txt", re.sub(r"(?m)^J(\d+),", r"界址点-\1,", WHOLE), "gbk")


@case(truth=BARE)
def corner_file_with_column_titles(desk: Desk) -> None:
    desk.text("parcels.txt", WHOLE.replace("[地块坐标]", "[地块坐标]\r\n界址点号,地块圈号,X坐标,Y坐标"), "gbk")


@case(refused="container.wrong_line")
def corner_file_with_column_titles_east_first(desk: Desk) -> None:
    desk.text("parcels.txt", WHOLE.replace("[地块坐标]", "[地块坐标]\r\n点号,圈号,Y坐标,X坐标"), "gbk")


@case(truth=BARE)
def corner_file_with_heights(desk: Desk) -> None:
    desk.text("parcels.txt", re.sub(r"(?m)^(J.*?)\r$", r"\1,12\r", WHOLE), "gbk")


GEOGRAPHIC = re.sub(r"带号=40", "带号=", HEAD)


def _in_sixtieths(value: float, form: str) -> str:
    """120°12′33.456789″ or 120.1233456789."""
    seconds = round(value * 3600, 7)
    degrees, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    if form == "signs":
        return f"{int(degrees)}°{int(minutes)}′{left:.7f}″"
    packed = f"{int(minutes):02d}{left:010.7f}".replace(".", "")
    return f"{int(degrees)}.{packed}"


def _geographic(form: str, unit: str) -> str:
    plain = corner_text(in_crs(4490), header=GEOGRAPHIC.replace("计量单位=米", f"计量单位={unit}"), places=12)
    return re.sub(r"(?m)^(J\d+,\d+),([\d.]+),([\d.]+)", lambda m: f"{m[1]},{_in_sixtieths(float(m[2]), form)},{_in_sixtieths(float(m[3]), form)}", plain)


@case(truth=BARE, codes="container.corner_degrees")
def corner_file_in_degrees_minutes_and_seconds(desk: Desk) -> None:
    """The signs of degrees are no doubt about the encoding."""
    desk.text("parcels.txt", _geographic("signs", ""), "gbk")


@case(truth=BARE, codes="container.corner_degrees")
def corner_file_in_packed_degrees_that_its_heading_states(desk: Desk) -> None:
    desk.text("parcels.txt", _geographic("packed", "度分秒"), "gbk")


@case(truth=BARE, absent="container.corner_degrees")
def corner_file_in_decimal_degrees(desk: Desk) -> None:
    desk.text("parcels.txt", corner_text(in_crs(4490), header=GEOGRAPHIC.replace("计量单位=米", "计量单位=度"), places=12), "gbk")


def _sized(text: str, unit: float = 10_000.0) -> str:
    """With the areas of the plots, which a survey office states in hectares, in the places of those in degrees."""
    sizes = iter(PLANE_M2)
    return re.sub(r"(?m)^(\d+),0\.00,", lambda m: f"{m[1]},{next(sizes) / unit:.4f},", text)


@case(truth=BARE, codes="container.corner_degrees", absent=("container.corner_area", "container.corner_maybe_packed"))
def corner_file_in_packed_degrees_that_its_areas_tell(desk: Desk) -> None:
    """The heading says nothing; the stated hectares are those of degrees, minutes and seconds, and not of decimal degrees (0.13 times as much)."""
    desk.text("parcels.txt", _sized(_geographic("packed", "")), "gbk")


@case(truth=BARE, absent=("container.corner_degrees", "container.corner_maybe_packed", "container.corner_area"))
def corner_file_in_decimal_degrees_that_its_areas_tell(desk: Desk) -> None:
    desk.text("parcels.txt", _sized(corner_text(in_crs(4490), header=GEOGRAPHIC.replace("计量单位=米", "计量单位="), places=12)), "gbk")


@case(refused="container.wrong_line")
def corner_file_of_sixty_one_minutes(desk: Desk) -> None:
    desk.text("parcels.txt", re.sub(r"°\d+′", "°61′", _geographic("signs", ""), count=1), "utf-8")


def _two_files(second: str) -> str:
    """The plots in two files, one behind the other, each with its heading."""
    head, body = WHOLE.split("[地块坐标]\r\n")
    at = body.index("\r\n", body.index("GB00002")) + 2
    at = body.index("\n", body.index("J1,1", body.index("J4,1", at))) + 1
    return head + "[地块坐标]\r\n" + body[:at] + second + "[地块坐标]\r\n" + body[at:]


@case(truth=BARE)
def corner_files_one_behind_the_other(desk: Desk) -> None:
    desk.text("parcels.txt", _two_files(HEAD.replace("2022-06-30", "2022-07-15") + "\r\n"), "gbk")


@case(refused="container.corner_headings")
def corner_files_of_two_zones_one_behind_the_other(desk: Desk) -> None:
    desk.text("parcels.txt", _two_files(HEAD.replace("带号=40", "带号=39") + "\r\n"), "gbk")


@case(refused="container.wrong_line")
def corner_file_with_a_comma_in_a_plots_name(desk: Desk) -> None:
    """Everything behind it would move by one: the land use to the place of the sheet."""
    desk.text("parcels.txt", WHOLE.replace("东侧临河", "东侧,临河"), "gbk")


@case(refused="container.wrong_line")
def corner_file_with_decimal_commas(desk: Desk) -> None:
    desk.text("parcels.txt", re.sub(r"(?m)^(J.*)$", lambda line: line[1].replace(".", ","), WHOLE), "gbk")


@case(refused="container.wrong_line")
def corner_file_that_a_spreadsheet_rounded(desk: Desk) -> None:
    desk.text("parcels.txt", re.sub(r"(?m)^(J\d+,\d+),(\S+?),(\S+)", lambda line: f"{line[1]},{float(line[2]):.5E},{float(line[3]):.5E}", WHOLE), "gbk")


@case(refused="geometry.not_polygon", codes="container.mixed_types")
def corner_file_with_a_plot_that_is_a_line(desk: Desk) -> None:
    desk.text("parcels.txt", WHOLE.replace(",面,", ",线,", 1), "gbk")


@case(truth=BARE)
def corner_file_of_plots_alone(desk: Desk) -> None:
    assert WHOLE.count(",面,") == 5
    desk.text("parcels.txt", WHOLE, "gbk")
