"""Write the posterior of the plan's hazards that runs use, `policy/execution/posterior.parquet`.

Needed again whenever events, judgements, actions or priors change; a test says so. Takes a minute.
"""

from __future__ import annotations

from stargauge.facts import load_registry
from stargauge.policy.execution.posterior import POSTERIOR_FILE, write_posteriors
from stargauge.policy.plan import DEFAULT_STRATEGY, load_strategy
from stargauge.streams import uniforms


def _luck(entity: str, shape: tuple[int, ...]):  # type: ignore[no-untyped-def]
    return uniforms(0, "policy.execution", entity, 0, shape)


if __name__ == "__main__":
    write_posteriors((load_strategy(DEFAULT_STRATEGY),), load_registry(), _luck)
    print(f"wrote {POSTERIOR_FILE}, {POSTERIOR_FILE.stat().st_size / 1000:.0f} kB")
