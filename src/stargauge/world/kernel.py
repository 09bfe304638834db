"""The quarter loop: where packages, chips, capability, adoption, trust and rules of one block meet.

Each quarter, in this order: export packages are chosen and delivered; chips reach blocs by the rules in
force; capability follows compute and releases; buyers choose among stacks; alignment moves with controls,
conditions and what was delivered; laws spread. What is read is of the quarter before wherever a room comes
later in the order, so that nothing waits for itself.
"""

from __future__ import annotations

from stargauge.compiled import step
from stargauge.world.adoption import AdoptionPaths, Market, adoption_step
from stargauge.world.ledgers import Capability, Flows, Lags, LedgerPaths, capability_step, ledgers_step
from stargauge.world.quarters import Floats
from stargauge.world.rules import Law, RulePaths, rules_step
from stargauge.world.trust import Opinion, PackagePaths, Packages, alignment_step, packages_step


@step
def run_quarters(
    first: int,
    packages: Packages,
    opinion: Opinion,
    law: Law,
    flows: Flows,
    lags: Lags,
    market: Market,
    tools: Floats,
    tightening: Floats,
    conditions: Floats,
    granted: PackagePaths,
    alignment: Floats,
    compute: LedgerPaths,
    skill: Capability,
    use: AdoptionPaths,
    reach: RulePaths,
) -> None:
    """Run a block of futures from its first simulated quarter to the last; the slots before are filled.

    Args:
        first: First slot to simulate; slot 0 is the end of the quarter before the run's first.
        packages: What differs between futures in packages.
        opinion: The same for alignment.
        law: The same for rules.
        flows: The same for chips.
        lags: The same for capability.
        market: The same for adoption.
        tools: (futures, slots) share of China's own chip supply that tools and dies allow.
        tightening: (futures, slots) intensity of export controls since the as-of date.
        conditions: (futures, slots) intensity of security conditions since then.
        granted: Written, with the paths below.
        alignment: (futures, slots, blocs) alignment with the US stack, -1 to 1.
        compute: Ledgers of compute.
        skill: Capability of stacks.
        use: Tokens, spend, enterprise use and robots.
        reach: Laws, and whose rules reach how much of the market.
    """
    futures, slots = alignment.shape[0], alignment.shape[1]
    for f in range(futures):
        for q in range(first, slots):
            packages_step(f, q, packages, alignment, granted)
            ledgers_step(f, q, flows, granted.delivered_mw, tools, compute)
            capability_step(f, q, lags, compute.user, skill)
            adoption_step(f, q, market, skill.lag, alignment, reach.compliance, use)
            alignment_step(f, q, opinion, tightening, conditions, granted, alignment)
            rules_step(f, q, law, alignment, granted.choice, reach)
