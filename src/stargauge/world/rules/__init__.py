"""Rules: the EU act and laws like it, and whose rules reach how much of the market (`docs/trust.md`)."""

from stargauge.world.rules.arrays import Law, RulePaths, empty_rules
from stargauge.world.rules.inputs import FOLLOWERS, RULES_INPUTS, RULES_UNITS
from stargauge.world.rules.laws import rules_step, share_market
from stargauge.world.rules.preparation import RulesPlan, open_rules, prepare_rules, rules_block, rules_shocks

__all__ = [
    "FOLLOWERS",
    "RULES_INPUTS",
    "RULES_UNITS",
    "Law",
    "RulePaths",
    "RulesPlan",
    "empty_rules",
    "open_rules",
    "prepare_rules",
    "rules_block",
    "rules_shocks",
    "rules_step",
    "share_market",
]
