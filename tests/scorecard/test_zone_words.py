"""Zones in words: names, the study area, and the ground outside a layer."""

from spatial.scorecard.zone_words import zone_word


def test_the_ground_outside_a_layer_bears_the_layers_name():
    assert [zone_word("townships:outside", "", pick) for pick in (0, 1)] == ["镇街外", "outside townships"]
    assert [zone_word("zones_of_2020:outside", "", pick) for pick in (0, 1)] == ["zones_of_2020外", "outside zones of 2020"]
    assert [zone_word(zone, "", 0) for zone in ("study_area", "outside")] == ["全区", "载体外"]


def test_a_zone_goes_by_its_name_and_else_by_its_id():
    assert (zone_word("townships:001", "云栖镇", 0), zone_word("甲园", "", 0)) == ("云栖镇", "甲园")
