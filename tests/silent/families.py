"""The silent errors that are this tool's daily bread: family -> tests of the trap, and tests of its clean twin, by their place in the suite."""

from __future__ import annotations

from dataclasses import dataclass

CORPUS = "tests/corpus/test_corpus.py::test_case"
LEDGERS = "tests/corpus/ledgers/test_corpus.py::test_every_ledger_is_read_right_or_refused_by_name"
AREAL, ZONAL, RASTERS = "tests/join/test_areal.py", "tests/raster/test_zonal.py", "tests/raster/test_bad_rasters.py"
FLOW, FLOOR = "tests/flow", "tests/floor/test_areas_and_units.py"


@dataclass(frozen=True, slots=True)
class Family:
    """`trap`: refused or answered right; `twin`: the same made clean, answered right."""

    name: str
    trap: tuple[str, ...]
    twin: tuple[str, ...]


def _cases(*names: str) -> tuple[str, ...]:
    return tuple(f"{CORPUS}[{name}]" for name in names)


def _ledgers(*names: str) -> tuple[str, ...]:
    return tuple(f"{LEDGERS}[{name}]" for name in names)


FAMILIES = (
    Family("feet taken for metres", _cases("feet_under_a_label_of_metres", "metres_under_a_label_of_feet"), _cases("feet_that_say_so")),
    Family("mismatched CRS giving an empty join", (*_cases("zone_40_labelled_zone_39"), f"{FLOW}/test_refusals.py::test_carriers_elsewhere_hold_no_parcel"),
           _cases("web_mercator_declared", "six_degree_zone_declared")),
    Family("axis order", _cases("geojson_latitude_first", "geojson_latitude_first_by_the_standard", "corner_file_with_east_first"), _cases("geojson", "corner_file")),
    Family("ballpark datum shifts", _cases("xian_80", "corner_file_of_xian_80", "a_local_datum_on_the_ellipsoid_of_beijing_54"),
           _cases("xian_80_with_seven_parameters", "a_local_datum_on_the_ellipsoid_of_cgcs2000")),
    Family("shifted web maps", _cases("a_system_named_for_a_web_map"), _cases("boundaries_from_a_web_map_as_declared", "a_system_named_for_a_web_map_and_declared")),
    Family("nodata in means", (f"{ZONAL}::test_nodata_leaves_the_mean_and_shows_in_the_coverage", f"{RASTERS}::test_undeclared_9999_is_missing_and_said_so"),
           (f"{ZONAL}::test_means_of_parcels_and_zones_are_those_of_the_cells", f"{RASTERS}::test_9999_among_its_like_is_a_value_and_said_so")),
    Family("bow-ties", _cases("bow_tie", "small_loop_at_a_corner"), _cases("repeated_vertices", "rings_the_other_way_round")),
    Family("the default layer of a container", (*_cases("geopackage_of_two_layers", "file_geodatabase_of_two_layers"), *_ledgers("several sheets, none named")),
           (*_cases("geopackage_of_two_layers_with_one_named", "file_geodatabase_zipped_with_one_layer_named"), *_ledgers("several sheets, one named"))),
    Family("buffers in degrees", ("tests/raster/test_constraints.py::test_a_buffer_of_an_unknown_kind_or_size_is_refused",),
           ("tests/raster/test_constraints.py::test_shares_of_red_lines_and_buffers_are_those_of_the_drawing",)),
    Family("web-mercator area", _cases("web_mercator_declared"), (f"{FLOOR}::test_geodesic_edges_agree_to_a_ten_thousandth",)),
    Family("resampled classes", (f"{ZONAL}::test_classes_are_counted_and_never_averaged", f"{RASTERS}::test_classes_that_are_no_classes_are_refused"),
           (f"{ZONAL}::test_a_palette_without_a_word_is_classes", f"{ZONAL}::test_overviews_of_other_values_change_nothing")),
    Family("scale and offset ignored", (f"{ZONAL}::test_scale_and_offset_give_physical_values",), (f"{ZONAL}::test_means_of_parcels_and_zones_are_those_of_the_cells",)),
    Family("holes filled", (f"{AREAL}::test_a_parcel_with_a_hole_does_not_count_the_ground_of_the_hole", *_cases("hole_wound_like_a_shell_in_a_shapefile")),
           (f"{FLOOR}::test_holes_are_taken_off_and_ring_direction_is_irrelevant",)),
    Family("double counting by overlap", (f"{AREAL}::test_nested_and_overlapping_zones_each_have_their_full_piece_and_ground_counts_once",
                                          f"{FLOW}/test_shared_ground.py::test_parcels_that_overlap_count_each_in_sums_and_the_ground_once"),
           (f"{AREAL}::test_a_zone_that_covers_everything_holds_every_parcel_whole",)),
    Family("double counting by intersecting", (f"{AREAL}::test_a_parcel_that_only_touches_an_edge_or_a_corner_is_not_inside", f"{AREAL}::test_float_noise_along_a_shared_edge_makes_no_piece"),
           (f"{AREAL}::test_a_parcel_inside_a_zone_has_share_one_exactly_even_along_its_edge",)),
    Family("centroids outside", ("tests/silent/test_traps.py::test_a_point_that_stands_for_a_horseshoe_lies_in_it",),
           (f"{AREAL}::test_the_representative_point_decides_and_lies_in_every_nested_zone",)),
    Family("points on shared edges", (f"{AREAL}::test_a_representative_point_on_an_edge_goes_to_the_smallest_id_and_on_an_outer_edge_to_the_zone",
                                      f"{FLOW}/test_key_joins.py::test_a_point_on_a_shared_edge_belongs_to_one_parcel_and_in_an_overlap_to_none"),
           (f"{AREAL}::test_ledger_points_follow_the_same_rule",)),
    Family("degrees-minutes read as decimals", ("tests/silent/test_traps.py::test_degrees_and_minutes_are_no_decimals",),
           ("tests/silent/test_traps.py::test_decimal_degrees_stay_what_they_are",)),
    Family("means of ratios", (f"{FLOW}/test_flow.py::test_tax_per_mu_is_a_ratio_of_sums_over_evaluated_enterprises",),
           ("tests/api/test_alone.py::test_per_mu_is_a_ratio_of_sums_of_rows_that_have_both",)),
    Family('"001" read as 1', _ledgers("ids 001 as text", "19 digits in numbers"), _ledgers("plain", "ids 1.0 are 1")),
    Family("one-to-many joins", (f"{FLOW}/test_refusals.py::test_a_parcel_id_twice_is_refused_unless_kept_or_dissolved",
                                 f"{FLOW}/test_key_joins.py::test_rows_with_several_parcels_break_one_to_many_and_years_do_not_count_as_several"), _ledgers("plain")),
    Family("empty results that are defects", (f"{FLOW}/test_refusals.py::test_carriers_elsewhere_hold_no_parcel", f"{FLOW}/test_refusals.py::test_an_empty_layer_is_refused"),
           (f"{AREAL}::test_no_zones_and_no_parcels_are_answers_too",)),
    Family("mixed geometry types", _cases("points_among_the_parcels"), _cases("points_among_the_parcels_left_out_by_name")),
    Family("south-up rasters", (f"{ZONAL}::test_a_south_up_raster_reads_the_same",), (f"{ZONAL}::test_a_rotated_raster_reads_the_ground_and_not_its_box",)),
    Family("pixel-is-point", (f"{ZONAL}::test_pixel_is_point_means_the_middle_of_the_cell",), (f"{ZONAL}::test_windows_add_up_to_the_whole",)),
    Family("degrees as metres", _cases("degrees_under_a_metric_code", "metres_under_degrees"), _cases("geopackage_in_degrees")),
    Family("a unit wrong by 15, 666.67 or 10,000", _ledgers("area in a column of another size, 15", "one row in 亩 in a 平方米 column", "元 in a 万元 column"),
           _ledgers("area in mu", "area in hectares", "dear land in a 万元 column")),
    Family("totals counted as rows", _ledgers("total at the bottom", "subtotals and total", "total without a word"), _ledgers("plain", "an enterprise called 合计")),
)
