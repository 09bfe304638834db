"""Years from a request to power, as low, median and high, from the facts on waits and lead times.

*Usual*: the wait of a large load for the grid; it holds what requests waited that needed something built as
well as those that did not, so it is a cautious reading where nothing has to be raised. *After upgrades*: the
later of that and the slowest upgrade, all begun at once. *Fast lane*: the study of a load that can be
curtailed, then the campus's own transformer; only where nothing must be raised and the operator offers such a
lane. Ends are taken low with low and high with high, as in `upgrades.spread`.
"""

from __future__ import annotations

from dataclasses import dataclass

from stargauge.facts import Registry
from stargauge.grid.upgrades.spread import Spread

MONTHS_PER_YEAR = 12.0

USUAL = "M-power-grid"
STUDY = "LL22"
EQUIPMENT = ("GRID-transformer-time", "GRID-transformer-works")
FACTS = (USUAL, STUDY, *EQUIPMENT)
"""Facts that waits rest on, by id."""

RULE = (
    f"years: low (10 %), median, high (90 %) of the usual wait of a large load ({USUAL}); "
    "after upgrades the later of that and the slowest upgrade, all begun at once; "
    f"fast lane = study of a curtailable load ({STUDY}) and its own transformer ({' + '.join(EQUIPMENT)}), "
    "where nothing must be raised and the operator offers one"
)


@dataclass(frozen=True)
class Waits:
    """What every request waits for, in years."""

    usual: Spread
    flexible: Spread

    @classmethod
    def of(cls, registry: Registry) -> Waits:
        """Return the waits that a registry states.

        Raises:
            InputError: It lacks one of `FACTS`.
        """
        months = {name: Spread.of(registry[name].to("month")) for name in FACTS}
        lane = months[STUDY]
        for name in EQUIPMENT:
            lane = lane + months[name]
        return cls(months[USUAL] * (1.0 / MONTHS_PER_YEAR), lane * (1.0 / MONTHS_PER_YEAR))

    def after(self, upgrade_months: Spread) -> Spread:
        """Return the years until power where something must be raised first."""
        return self.usual.later(upgrade_months * (1.0 / MONTHS_PER_YEAR))
