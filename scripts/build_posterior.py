"""Write the posterior of the plan's hazards that runs use, `policy/execution/posterior.parquet`.

Needed again whenever events, judgements, actions or priors change; a test says so. Takes a minute.
"""

from __future__ import annotations

from stargauge.facts import load_registry
from stargauge.model import execution_luck
from stargauge.policy.execution.posterior import POSTERIOR_FILE, write_posteriors
from stargauge.policy.plan import DEFAULT_STRATEGY, load_strategy

if __name__ == "__main__":
    write_posteriors((load_strategy(DEFAULT_STRATEGY),), load_registry(), execution_luck)
    print(f"wrote {POSTERIOR_FILE}, {POSTERIOR_FILE.stat().st_size / 1000:.0f} kB")
