"""The workers of the partitioned engine: a local Dask cluster, or a running one by its address; tasks are files in, small answers out."""

from __future__ import annotations

import ctypes
import importlib.util
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from spatial.errors import UsageError

_C = ctypes.CDLL(None) if os.name == "posix" else None  # glibc keeps what was freed; other systems' libraries lack the call
MMAP_THRESHOLD, LARGE = -3, 1 << 20  # of glibc: blocks of this size are the system's own, and go back to it when they are freed
RETRIES = 4
"""How often a task is tried again elsewhere when its worker dies."""


class Workers:
    """Runs one function over many arguments; every task can be repeated, so a lost worker loses no more than its last task."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.peak_mb: dict[str, float] = {}

    def map(self, function: Callable[..., Any], *arguments: Iterable[Any]) -> list[Any]:
        """Results in the order of the arguments; an error of a task is raised here."""
        settle()
        futures = self.client.map(_measured, *zip(*((function, *row) for row in zip(*arguments, strict=True)), strict=True), pure=False, retries=RETRIES)
        answers = self.client.gather(futures)
        for _, name, peak in answers:
            self.peak_mb[name] = max(self.peak_mb.get(name, 0.0), peak)
        given = [answer for answer, _, _ in answers]
        del futures, answers
        settle()
        return given


def _measured(function: Callable[..., Any], *arguments: Any) -> tuple[Any, str, float]:
    """The answer of a task, who gave it, and the most memory that process has held, in MB."""
    answer = function(*arguments)
    settle()
    return answer, f"pid {os.getpid()}", peak_mb()


def settle() -> None:
    """Give memory that this process has freed back to the system, where its libraries keep it for later."""
    pa.default_memory_pool().release_unused()
    trim, option = getattr(_C, "malloc_trim", None), getattr(_C, "mallopt", None)
    if trim is not None and option is not None:
        option(MMAP_THRESHOLD, LARGE)
        trim(0)


def peak_mb() -> float:
    """The most memory this process has held so far, in MB (what it holds now where the system does not keep the peak)."""
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return float(psutil.Process().memory_info().rss) / 1e6
    import sys

    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / (1e6 if sys.platform == "darwin" else 1e3)


@contextmanager
def workers(settings: Mapping[str, Any]) -> Iterator[Workers]:
    """Workers for one run: those of `engine.scheduler`, or processes on this machine that end with it."""
    if importlib.util.find_spec("distributed") is None:
        raise UsageError("--engine dask: 请先安装 / please install: pip install 'spatial-landuse[dask]'")
    import dask
    from distributed import Client, LocalCluster

    with dask.config.set({"distributed.scheduler.allowed-failures": 10, "distributed.logging.distributed": "error",
                          "distributed.comm.timeouts.connect": "60s", "distributed.admin.large-graph-warning-threshold": "1GB"}):
        if settings.get("scheduler"):
            try:
                client = Client(settings["scheduler"], timeout="20s", set_as_default=False)
            except (OSError, ValueError) as problem:
                raise UsageError(f"engine.scheduler: {settings['scheduler']}: 连接不上 / no answer ({type(problem).__name__})") from None
            with client:
                yield Workers(client)
            return
        count = int(settings.get("workers") or 0) or os.cpu_count() or 1
        with LocalCluster(n_workers=count, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", host="127.0.0.1", memory_limit=None,
                          silence_logs=40) as cluster, Client(cluster, set_as_default=False) as client:
            yield Workers(client)
