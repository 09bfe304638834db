"""The index of local opposition: one region, one month, scalars in and out.

The level of the nation is 1 on the as-of date. A region's level moves towards a target that rises with what
was begun there, with what data centres added to its bill and with how far permitting was loosened, and that
the share of the gain left in the host community lowers (`docs/opposition.md`). Nothing is drawn here.
"""

from __future__ import annotations

import math

from stargauge.compiled import step

MONTHS_PER_YEAR = 12.0


@step
def step_index(
    level: float,
    base: float,
    density_change: float,
    bill_change: float,
    loosened: float,
    benefit: float,
    density_slope: float,
    bill_slope: float,
    loosening_slope: float,
    speed: float,
    ceiling: float,
    mood: float = 0.0,
) -> float:
    """Return the level a month later; never negative, and above 0 from a level above 0.

    It closes on its target (`target_level`, which tells the other arguments) at `speed`, 1/year.
    """
    target = target_level(
        base,
        density_change,
        bill_change,
        loosened,
        benefit,
        density_slope,
        bill_slope,
        loosening_slope,
        ceiling,
        mood,
    )
    return level - math.expm1(-speed / MONTHS_PER_YEAR) * (target - level)


@step
def target_level(
    base: float,
    density_change: float,
    bill_change: float,
    loosened: float,
    benefit: float,
    density_slope: float,
    bill_slope: float,
    loosening_slope: float,
    ceiling: float,
    mood: float,
) -> float:
    """Return the level that opposition moves towards.

    The target is base (1 − benefit) g(r), r = slopes times drivers + mood. Both branches of g start as 1 + r:
    upwards 1 + c (1 − exp(−r / c)) with c = ceiling − 1, as no more than every project can be contested,
    downwards 1 / (1 − r), as some always are, and what scales with the level must not vanish.

    Args:
        base: The region's level on the as-of date, when the national mean is 1.
        density_change: Data-centre MW begun since the as-of date, percent of the region's peak.
        bill_change: Rise since then of the part of the bill that data centres added, percentage points.
        loosened: Intensity of loosened permitting since then, 0 to 1.
        benefit: Effect of benefits left in the community times their intensity, 0 to 1.
        density_slope: Relative rise of the target per percent of peak begun.
        bill_slope: Relative rise per percentage point of bill.
        loosening_slope: Relative rise at full loosening.
        ceiling: The highest multiple of the base that drivers can bring; at least 1.
        mood: Relative rise from no driver of the model (`mood`); 0 where it is left out.
    """
    rise = density_slope * density_change + bill_slope * bill_change + loosening_slope * loosened + mood
    room = ceiling - 1.0
    if rise <= 0.0:
        multiple = 1.0 / (1.0 - rise)
    elif room > 0.0:
        multiple = 1.0 - room * math.expm1(-rise / room)
    else:
        multiple = 1.0
    return base * max(0.0, 1.0 - benefit) * multiple


@step
def mood(drift: float, fade: float, months: float) -> float:
    """Return the relative rise from attention, copying and elections some months after the as-of date.

    It spreads like a fashion and ends like one: alone it makes the target exp(x) times the base, with
    x = drift · fade (1 − exp(−t / fade)). So it is exp(x) − 1 upwards (below the ceiling) and 1 − exp(−x)
    where the drift is negative and opposition passes.

    Args:
        drift: Growth at first, 1/year.
        fade: Time in which it fades, months; above 0.
        months: Months since the as-of date.
    """
    spread = drift * fade / MONTHS_PER_YEAR * -math.expm1(-months / fade)
    return math.expm1(spread) if spread >= 0.0 else -math.expm1(-spread)


@step
def stage_factor(level: float, base: float, exponent: float) -> float:
    """Return by what a hazard or a time is multiplied: (level / base) to the exponent; 1 at exponent 0.

    A power and not a line, because counts of cancellations and of contested projects went up by different
    multiples. With a base of 1 a region's own level counts; with the region's base only its change does.
    """
    return math.pow(level / base, exponent)


@step
def hazard_factor(level: float, base: float, exponent: float, share: float) -> float:
    """Return by what the hazard of cancellation is multiplied: only the share due to opposition moves.

    Most projects are dropped for other reasons (power, capital, a better site): 1 + share (factor − 1).

    Args:
        level: Level in the month.
        base: Level at which the hazard was measured.
        exponent: Exponent of the part that is due to opposition.
        share: Share of the hazard due to opposition at the base level.
    """
    return 1.0 + share * (math.pow(level / base, exponent) - 1.0)


@step
def land_factors(
    level: float, base: float, hazard_exponent: float, share: float, permit_exponent: float
) -> tuple[float, float]:
    """Return `hazard_factor` and `stage_factor` of one level, with one logarithm for both."""
    log_ratio = math.log(level / base)
    return 1.0 + share * math.expm1(hazard_exponent * log_ratio), math.exp(permit_exponent * log_ratio)


@step
def moratorium_rate(level: float, base: float, rate: float) -> float:
    """Return the monthly hazard that a moratorium stops a project in the land stage.

    Only the excess over the base counts: what moratoria cost by the as-of date is in the durations already.
    """
    return rate * max(0.0, level / base - 1.0)


@step
def bill_change(density: float, density_now: float, bill_now: float, exponent: float) -> float:
    """Return by how many percentage points the part of the bill due to data centres has changed.

    `bill_now` scales with density to an exponent whose prior holds 0 and negative values, because studies
    disagree whether load growth raises rates or spreads fixed cost over more sales. 0 where nothing stands.

    Args:
        density: Data-centre MW in percent of peak, what stood on the as-of date included.
        density_now: The same on the as-of date.
        bill_now: Part of the average bill due to data centres on the as-of date, percent.
        exponent: Exponent of the effect in density.
    """
    if density_now <= 0.0 or density <= 0.0:
        return 0.0
    return bill_now * (math.pow(density / density_now, exponent) - 1.0)
