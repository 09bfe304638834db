"""On what a run was computed: the parts of the platform and of the code that can change a bit of a result."""

from __future__ import annotations

import importlib
import platform
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

import stargauge

# Rooms that only read results, or have no part in a run; a change in them changes no future.
_READERS = frozenset(
    {"insight", "report", "web", "track", "grid", "cli", "commands.py", "runs.py", "terminal.py"}
)
_CODE = frozenset({".py", ".csv", ".yaml", ".yml", ".json", ".parquet"})


class Fingerprint(BaseModel):
    """A platform; two runs on equal fingerprints have equal bits.

    Attributes:
        python: Version of Python.
        numpy: Version of NumPy.
        scipy: Version of SciPy (the normal quantile).
        numba: Version of Numba (the compiled kernels).
        llvmlite: Version of Numba's compiler.
        polars: Version of Polars; it changes no number, but the bytes of the files.
        system: Operating system and C library.
        machine: Architecture.
        cpu: Processor family that Numba compiles for.
        features: Vector extensions that NumPy found and uses.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    python: str
    numpy: str
    scipy: str
    numba: str
    llvmlite: str
    polars: str
    system: str
    machine: str
    cpu: str
    features: str

    @classmethod
    def here(cls) -> Fingerprint:
        """Return the fingerprint of this process."""
        return _here()

    def to_dict(self) -> dict[str, str]:
        """Return the fields by name."""
        fields: dict[str, str] = self.model_dump()
        return fields

    def differences(self, other: Fingerprint) -> dict[str, tuple[str, str]]:
        """Return the fields that differ, each with this value and the other's."""
        mine, theirs = self.to_dict(), other.to_dict()
        return {name: (mine[name], theirs[name]) for name in mine if mine[name] != theirs[name]}


@cache
def _here() -> Fingerprint:
    def version(library: str) -> str:
        return str(importlib.import_module(library).__version__)

    binding = importlib.import_module("llvmlite.binding")
    vectors = np.show_config(mode="dicts")["SIMD Extensions"]
    return Fingerprint(
        python=platform.python_version(),
        numpy=version("numpy"),
        scipy=version("scipy"),
        numba=version("numba"),
        llvmlite=version("llvmlite"),
        polars=version("polars"),
        system=" ".join([platform.system(), *platform.libc_ver()]).strip(),
        machine=platform.machine(),
        cpu=str(binding.get_host_cpu_name()),
        features=" ".join(sorted({*vectors["baseline"], *vectors.get("found", [])})),
    )


@cache
def code_digest() -> str:
    """Return the SHA-256 (hex) of all code and tables of the package that can change a future.

    The version alone does not tell two states of a working copy apart.
    """
    package = Path(stargauge.__file__).parent
    digest = sha256()
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package)
        if path.suffix not in _CODE or name.parts[0] in _READERS:
            continue
        digest.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
