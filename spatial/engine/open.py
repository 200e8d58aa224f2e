"""The partitioned engine of one run: workers and a scratch folder that live as long as it does."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spatial.engine.partitioned import Partitioned
from spatial.engine.workers import workers
from spatial.read.declarations import kinds
from spatial.read.layers import names_meant
from spatial.schema.fields import kind_of
from spatial.schema.study import Study


@contextmanager
def partitioned(study: Study) -> Iterator[Partitioned]:
    """The parcels of a study in partitions.

    Raises
    ------
    Refused
        Where the parcels are neither a GeoPackage nor a GeoParquet, or the study asks for what needs them whole.
    UsageError
        Without Dask, or where the scheduler does not answer.
    """
    spec, kind = study.layers["parcels"], kind_of("parcels", kinds())
    assert kind is not None
    base = study.engine.get("scratch") or None
    home = None if base is None else study.path.parent / str(base)
    with tempfile.TemporaryDirectory(prefix="spatial-", dir=home) as folder, workers(study.engine) as team:
        parts = Partitioned(spec, study, names_meant(kind, spec), team, Path(folder))
        with parts.parking.resting():
            yield parts
