"""A ledger on disk: one file, whole or absent, with its own checksum and the name of what it belongs to."""

from __future__ import annotations

import io
import json
import time
import zlib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import numpy as np

from stargauge.ensemble.files import write_whole
from stargauge.errors import InputError, Mistake, StoreError
from stargauge.insight.attribution.ledger import BlockShares, Design, Ledger

FORMAT = 2
_DIGEST_BYTES = 32
_COMPRESSION = 1
_PARTS = ("value", "turns", "pillars", "off", "full", "never", "nobody")
# Writing may cost a twentieth of the time; a second apart at least.
_SHARE = 0.05
_SECONDS = 1.0

Identity = Mapping[str, str]
"""What decides every bit of the values, by name."""


class Checkpoint:
    """Keeps a ledger in a file such that a kill loses only the last seconds."""

    def __init__(self, path: Path, identity: Identity) -> None:
        """Keep the place and what the ledger belongs to; nothing is read or written yet."""
        self.path = path
        self._identity = {"format": str(FORMAT), **identity}
        self._saved_at = time.monotonic()
        self._cost = 0.0

    def load(self, design: Design) -> Ledger:
        """Return the ledger of the file, an empty one where there is no file.

        Raises:
            InputError: The file belongs to something else; nothing is overwritten.
            StoreError: The file cannot be read, or is damaged.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return Ledger(design)
        except OSError as error:
            raise StoreError(f"cannot read {self.path}: {error.strerror or error}") from error
        stored, payload = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        if sha256(payload).digest() != stored:
            raise StoreError(f"{self.path} is damaged or no checkpoint; remove it to start over")
        with np.load(io.BytesIO(zlib.decompress(payload)), allow_pickle=False) as arrays:
            header = json.loads(arrays["header"].tobytes())
            self._check(header["identity"])
            ledger = Ledger(design)
            for block in header["done"]:
                ledger.done[block] = BlockShares(**{part: arrays[f"{part}-{block}"] for part in _PARTS})
            for block in header["begun"]:
                values = zip(arrays[f"keys-{block}"].tolist(), arrays[f"values-{block}"], strict=True)
                ledger.begun[block] = dict(values)
        return ledger

    def save(self, ledger: Ledger) -> None:
        """Write the ledger.

        Raises:
            StoreError: It cannot be written; the former file stands.
        """
        began = time.monotonic()
        begun = [block for block, values in ledger.begun.items() if values]
        header = {"identity": self._identity, "done": sorted(ledger.done), "begun": sorted(begun)}
        arrays = {"header": np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)}
        for block, shares in ledger.done.items():
            arrays |= {f"{part}-{block}": getattr(shares, part) for part in _PARTS}
        for block in begun:
            values = ledger.begun[block]
            arrays[f"keys-{block}"] = np.array(list(values), dtype=np.int64)
            arrays[f"values-{block}"] = np.stack(list(values.values()))
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        payload = zlib.compress(buffer.getbuffer(), _COMPRESSION)
        write_whole(self.path, sha256(payload).digest() + payload)
        self._saved_at = time.monotonic()
        self._cost = self._saved_at - began

    def save_if_due(self, ledger: Ledger) -> None:
        """Write the ledger if the last writing is long enough ago; raises as `save`."""
        if time.monotonic() - self._saved_at >= max(_SECONDS, self._cost / _SHARE):
            self.save(ledger)

    def remove(self) -> None:
        """Remove the file: what it was for is finished."""
        self.path.unlink(missing_ok=True)

    def _check(self, stored: Identity) -> None:
        names = [
            name for name in {**self._identity, **stored} if stored.get(name) != self._identity.get(name)
        ]
        if names:
            mistakes = [
                Mistake(0, name, f"{_short(stored.get(name))} there, {_short(self._identity.get(name))} here")
                for name in names
            ]
            advice = Mistake(0, "checkpoint", "choose another file, or remove this one to start over")
            raise InputError(f"--checkpoint {self.path}", [*mistakes, advice], "nothing was overwritten")


def _short(value: str | None) -> str:
    longest = 24
    text = value if value is not None else "nothing"
    return text if len(text) <= longest else f"{text[:longest]}…"
