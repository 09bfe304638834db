from __future__ import annotations

import sys
from pathlib import Path

# Tables of vintages are written by the same helper as in the tests of facts.
sys.path.insert(0, str(Path(__file__).parents[1] / "facts"))
