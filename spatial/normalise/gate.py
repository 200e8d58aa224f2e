"""The gate of a study: each layer passes it once, and what was found, mended and left out on the way is kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatial.errors import Finding, found, placed
from spatial.normalise.fabric import Fabric
from spatial.normalise.land_use import Tables
from spatial.normalise.layer import Layer, known_by, normalise_table, without_bad
from spatial.normalise.places import Box, Hint, Place, located, place
from spatial.normalise.shapes import Shapes
from spatial.normalise.sub_projects import one_level
from spatial.normalise.topology import ledger_of, repairs_ledger
from spatial.schema.fields import Kinds, kind_of
from spatial.schema.raw import RawLayer
from spatial.schema.study import Study

Words = Mapping[str, Mapping[str, tuple[str, ...]]]


class Gate:
    """The normalisation of one study: it collects findings and lets nothing past an error."""

    def __init__(self, raw: Mapping[str, RawLayer], study: Study, kinds: Kinds, words: Words, codes: Tables, shapes: Shapes | None):
        self.shapes = shapes
        self.raw, self.study, self.kinds, self.words, self.codes = raw, study, kinds, words, codes
        self.findings: list[Finding] = []
        self.crs: dict[str, tuple[str, str]] = {}
        self.mapping: dict[str, dict[str, str]] = {}
        self.hint: Box | None = None
        self.fabric: Fabric | None = None  # the parcels in the working CRS, once they are known
        self.whole: frozenset[str] = frozenset()  # ids of parcels with a comma or the like in them
        self.ledger = ledger_of([])
        self.left: dict[str, list[tuple[str, NDArray[np.int64]]]] = {}

    def table(self, role: str) -> Layer:
        spec, kind = self.study.layers[role], kind_of(role, self.kinds)
        assert kind is not None
        layer = normalise_table(self.raw[role], spec, kind, self.study, self.words, self.codes, self.whole)
        self.mapping[role] = {name: column.header for name, column in layer.mapped.items()}
        if not len(layer.frame):
            layer.findings.append(self.at(role, found("layer.empty" if role in ("parcels", "carriers") else "layer.empty_optional")))
        return layer

    def at(self, role: str, finding: Finding) -> Finding:
        spec = self.study.layers[role]
        return placed([finding], role=role, path=spec.shown_path, layer=self.raw[role].source.layer)[0]

    def known(self, role: str, layer: Layer) -> Layer:
        """The rows of a layer that can be known on the as-of day, with the account of those that were left out."""
        kept = known_by(layer, role, self.study)
        kept = one_level(kept, self.study) if role == "projects" else kept
        self.left[role] = kept.left
        return dataclasses.replace(kept, findings=[*layer.findings, *(self.at(role, note) for note in kept.findings[len(layer.findings):])])

    def record(self, role: str, done: Place) -> None:
        """The repairs of a layer, as rows of the geometry ledger, by the keys of what was repaired."""
        if len(done.repairs):
            rows = ledger_of(repairs_ledger(role, done.repairs.sort_values(["key", "area_before_m2", "area_after_m2"], kind="stable", key=_comparable)))
            self.ledger = pd.concat([self.ledger, rows], ignore_index=True) if len(self.ledger) else rows

    def _as_filed(self, role: str) -> NDArray[Any] | None:
        """The shapes of a layer, unless the study may leave some of them out."""
        spec = self.study.layers[role]
        return self.raw[role].geometry if not spec.where and "geometry_type" not in spec.options and len(self.raw[role].row_numbers) else None

    def polygons(self, role: str, key: str, hint: Hint = None) -> tuple[Layer, Place | None]:
        """A polygon layer: its table, its place, and its bad rows dealt with; `hint` tells where the study lies, if that is not known yet."""
        spec, raw, hint = self.study.layers[role], self.raw[role], self.hint or hint
        elsewhere = self.shapes if role == "parcels" else None
        shapes = self._as_filed(role) if elsewhere is None else None
        with ThreadPoolExecutor(1) as beside:  # the cells are read while the shapes are placed
            ahead = beside.submit(located, shapes, raw.row_numbers, raw.source, spec, self.study, hint=hint, key=key, polygons=True) if shapes is not None else None
            layer = self.table(role)
        if layer.geometry is None or not len(layer.frame):
            self.findings += layer.findings
            return layer, None
        if elsewhere is not None:
            done = elsewhere.place(layer, raw.source, spec, self.study, hint=hint, key=key, polygons=True)
        else:
            done = place(layer, raw.source, spec, self.study, hint=hint, key=key, polygons=True, ahead=ahead.result() if ahead is not None else None)
        if done is None:
            self.findings += layer.findings
            return layer, None
        self.crs[role] = (done.label, done.why)
        layer.geometry = done.geometry
        layer.bad = layer.bad | done.bad
        layer.frame["area_m2"] = done.area_m2 if "area_m2" not in layer.frame else layer.frame["area_m2"].fillna(pd.Series(done.area_m2))
        layer.findings += done.findings
        self.record(role, done)
        kept = without_bad(layer, self.study, area_m2=done.area_m2)
        self.left[role] = kept.left
        self.findings += kept.findings
        return kept, done


def _comparable(column: pd.Series) -> pd.Series:
    return column.map(str) if column.dtype == object else column
