"""Blocks on a Dask cluster: `local:N` starts one on this machine, an address joins one that runs.

Dask is an optional extra. The bits are those of the other crews, because a block depends on its number
alone; a cluster whose workers have another platform fingerprint or other code is refused, because there they
might not be.
"""

from __future__ import annotations

import importlib
import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from stargauge.ensemble.blocks import BlockError
from stargauge.ensemble.fingerprint import Fingerprint, code_digest
from stargauge.ensemble.reduction import BlockSummary
from stargauge.ensemble.workers import BLOCKS_IN_FLIGHT_PER_WORKER, KEPT_MEMORY, ONE_THREAD, Work
from stargauge.errors import InputError, MissingExtraError, Mistake

_START_SECONDS = 60


class DaskCrew:
    """Computes blocks on a Dask cluster."""

    def __init__(self, work: Work, cluster: str) -> None:
        """Join or start the cluster and send the work to its workers once.

        Args:
            work: What to compute.
            cluster: `local:N` for N processes of one thread on this machine, or the address of a scheduler.

        Raises:
            MissingExtraError: Dask is not installed.
            InputError: The address is malformed, nobody answers, or the workers differ from this process.
        """
        dask, distributed = _libraries()
        self._distributed = distributed
        self._local = None
        local = local_workers(cluster)
        if local:
            # Replaces Dask's own list, which leaves Numba and Polars their threads.
            environment = ONE_THREAD | KEPT_MEMORY
            with dask.config.set({"distributed.nanny.pre-spawn-environ": environment}), _deaf_to_ctrl_c():
                # Errors alone: a run that is stopped cancels blocks, of which Dask would warn at length.
                self._local = distributed.LocalCluster(
                    n_workers=local,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    silence_logs=logging.ERROR,
                )
        try:
            self._client = distributed.Client(self._local or cluster, timeout=_START_SECONDS)
        except (OSError, ValueError) as error:
            raise _refusal(cluster, f"no Dask scheduler answers there ({error})") from error
        try:
            self._client.wait_for_workers(local or 1, timeout=_START_SECONDS)
            if not local:
                _same_everywhere(self._client, cluster)
            self._work = self._client.scatter(work, broadcast=True)
        except BaseException:
            self.close()
            raise
        self.window = BLOCKS_IN_FLIGHT_PER_WORKER * sum(self._client.nthreads().values())
        self._under_way: dict[Any, int] = {}

    def submit(self, block: int) -> None:
        """Queue a block."""
        # pure=False: the scheduler must not take two runs' blocks of one number for the same task.
        future = self._client.submit(_compute, self._work, block, pure=False)
        self._under_way[future] = block

    def collect(self, timeout: float) -> list[BlockSummary]:
        """Return the blocks that are finished."""
        distributed = self._distributed
        try:
            done = distributed.wait(
                list(self._under_way), timeout=timeout, return_when="FIRST_COMPLETED"
            ).done
        except TimeoutError:
            return []
        summaries: list[BlockSummary] = []
        for future in done:
            block = self._under_way[future]
            try:
                summaries.append(future.result())
            except BlockError:
                raise
            except Exception as error:
                raise BlockError(
                    f"block {block} was lost on the cluster: {type(error).__name__}: {error}"
                ) from error
            del self._under_way[future]
        return summaries

    def close(self) -> None:
        """Leave the cluster; end it if it was started here."""
        self._client.close()
        if self._local is not None:
            self._local.close()


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Have processes started in the context ignore Ctrl-C, which reaches the whole process group."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def check_cluster(cluster: str) -> None:
    """Check a cluster's name and that Dask is there, before anything stored is touched.

    Raises:
        MissingExtraError: Dask is not installed.
        InputError: The name is malformed.
    """
    if not local_workers(cluster) and "://" not in cluster:
        raise _refusal(
            cluster, 'expected "local:N" or the address of a scheduler, for example "tcp://host:8786"'
        )
    _libraries()


def local_workers(cluster: str) -> int:
    """Return N of `local:N`, or 0 for an address.

    Raises:
        InputError: N is not a whole number above 0.
    """
    scheme, _, number = cluster.partition(":")
    if scheme != "local":
        return 0
    if not number.isdecimal() or int(number) < 1:
        raise _refusal(cluster, 'expected local:N with a number of workers, for example "local:2"')
    return int(number)


def _libraries() -> tuple[Any, Any]:
    try:
        return importlib.import_module("dask"), importlib.import_module("distributed")
    except ImportError as error:
        raise MissingExtraError(
            "a cluster needs Dask, which is not installed: pip install 'stargauge[cluster]'"
        ) from error


def _compute(work: Work, block: int) -> BlockSummary:
    return work.block(block)


def _identity() -> tuple[dict[str, str], str]:
    return Fingerprint.here().to_dict(), code_digest()


def _same_everywhere(client: Any, cluster: str) -> None:
    here, code = _identity()
    for worker, (there, their_code) in sorted(client.run(_identity).items()):
        differs = [
            f"{name} {there.get(name)}, here {here[name]}" for name in here if there.get(name) != here[name]
        ]
        if their_code != code:
            differs.append("another version of Stargauge's code")
        if differs:
            raise _refusal(cluster, f"worker {worker} would not give the same bits: {'; '.join(differs)}")


def _refusal(cluster: str, message: str) -> InputError:
    return InputError(f"--cluster {cluster}", [Mistake(0, "cluster", message)])
