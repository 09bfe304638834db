"""Where a run stands: the reduction so far, rows not yet in a part, the sample, the hashes of finished parts.

One file with its own SHA-256 in front, so that a damaged one is recognised. It can be taken after any block.
"""

from __future__ import annotations

import io
import json
import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from stargauge.ensemble.counting import pack, unpack
from stargauge.ensemble.reduction import Reduction

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DIGEST_BYTES = 32
# Most counts are small numbers; a higher level takes longer than it saves in writing.
_COMPRESSION = 1


@dataclass
class Progress:
    """All that is needed to go on.

    Attributes:
        reduction: Counts and moments of the futures so far.
        pending: End values of futures that are in no part yet, float64 (futures, end values).
        sample: Full paths of the sample so far, float64 (futures, series, months).
        parts: SHA-256 of each finished part by name.
        seconds: Seconds at work so far.
    """

    reduction: Reduction
    pending: list[NDArray[np.float64]]
    sample: list[NDArray[np.float64]]
    parts: dict[str, str]
    seconds: float

    def to_bytes(self) -> bytes:
        """Return the content of a checkpoint file."""
        header = json.dumps({"futures": self.reduction.futures, "parts": self.parts, "seconds": self.seconds})
        # Most slots are empty: those in use take a tenth of the room, and no second copy of the counts.
        sizes, used, held = pack(self.reduction.counts)
        arrays = {
            "header": np.frombuffer(header.encode(), dtype=np.uint8),
            "lowers": self.reduction.lowers,
            "uppers": self.reduction.uppers,
            "sizes": sizes,
            "used": used,
            "held": held,
            "totals": self.reduction.totals,
            "squares": self.reduction.squares,
            "lows": self.reduction.lows,
            "highs": self.reduction.highs,
        }
        # Lists may be empty and an empty one has no shape; they are stored one by one.
        arrays |= {f"pending-{i}": rows for i, rows in enumerate(self.pending)}
        arrays |= {f"sample-{i}": rows for i, rows in enumerate(self.sample)}
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        payload = zlib.compress(buffer.getbuffer(), _COMPRESSION)
        return sha256(payload).digest() + payload

    @classmethod
    def from_bytes(cls, content: bytes) -> Progress:
        """Return what a checkpoint file holds.

        Raises:
            ValueError: The file is damaged.
        """
        stored, payload = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        if sha256(payload).digest() != stored:
            raise ValueError("its checksum does not match")
        with np.load(io.BytesIO(zlib.decompress(payload)), allow_pickle=False) as arrays:
            header = json.loads(arrays["header"].tobytes())
            names = arrays.files
            return cls(
                reduction=Reduction(
                    lowers=arrays["lowers"],
                    uppers=arrays["uppers"],
                    futures=header["futures"],
                    counts=unpack(arrays["sizes"], arrays["used"], arrays["held"]),
                    totals=arrays["totals"],
                    squares=arrays["squares"],
                    lows=arrays["lows"],
                    highs=arrays["highs"],
                ),
                pending=[arrays[f"pending-{i}"] for i in range(sum(n.startswith("pending-") for n in names))],
                sample=[arrays[f"sample-{i}"] for i in range(sum(n.startswith("sample-") for n in names))],
                parts=header["parts"],
                seconds=header["seconds"],
            )
