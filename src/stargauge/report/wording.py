"""Every word the report puts together itself; the words that never change stand in the template.

A translation replaces this module's strings and the template, nothing else.
"""

from __future__ import annotations

LANGUAGE = "en-GB"

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

NOTHING = "–"
UNDER = "under {share}"
OVER = "over {share}"
AFTER = "after {month}"
AND = "{first} and {last}"
COMMA = ", "
NONE = "none"
UNEXPLAINED = "unexplained"
UNEXPLAINED_DELAY = "unexplained delay"
ALL_PROGRAMMES = "All named programmes"
TO_RANGE = "{low} to {high}"

UNITS = {
    "GW": "GW",
    "GW_it": "GW of IT power",
    "mn_H100e": "million H100-equivalents",
    "bn_USD": "billion US dollars",
}
"""Axis units as they are written."""

SHORT_UNITS = {"GW": "GW", "GW_it": "GW IT", "mn_H100e": "million", "bn_USD": "bn USD"}

TABLE_OF = "{title}, {unit}"
MW = "{mw} MW"
MONTHS_UNIT = "months"

# What was promised

AMOUNT_FACILITY = "{mw}\u00a0MW"
AMOUNT_IT = "{mw}\u00a0MW of IT power ({facility}\u00a0MW with cooling and losses)"
AMOUNT_SHORT = {"facility": "{mw} MW", "it": "{mw} MW IT"}
BASIS = {
    "facility": "facility power",
    "it": "IT power",
    "generation": "of generation",
    "contract": "under contract",
    "systems": "of systems",
    "chips": "counted in chips",
    "other": "of another kind",
}

# The answer

PROMISED = "{programme} promised {amount} by {deadline}"
PROMISED_BARE = "{programme} promised {amount}"
OPEN = "{promised}: the chance of that is {chance}; {standing}, and {when}."
MISSED = "{promised} and missed it: {standing}, and {when}."
KEPT = "{promised} and kept it: {standing}, and the pledged level stood by {reached}."
KEPT_LATE = "{promised} and kept it late, in {reached}: {standing}."
BEYOND = "{promised}, after this run ends: {standing}, and {when}."
STOOD_BEFORE = "{promised}, before this run begins: {standing}, which is what was promised."
STANDING = "{mw}\u00a0MW drew power on {day}"
STANDING_NONE = "nothing drew power on {day}"
WHEN_ALL = "half of all futures get there by {middle} (the middle 80\u00a0% between {low} and {high})"
WHEN_SAME = "at least four futures in five get there in {middle}"
WHEN_NO_LATE = (
    "half of all futures get there by {middle} (the fastest tenth by {low}, the slowest tenth after {end}, "
    "where the run ends)"
)
WHEN_FEW = "only {share} of all futures get there by {end}, where the run ends"
WHEN_NONE = "in no future is it reached by {end}, where the run ends"

TALLY_NONE = "No pledge known on {day} has both a size and a date that can be tested."
TALLY_ONE = "The one pledge with a size and a date that can be tested {fate}."
TALLY = "Of {count} pledges with a size and a date that can be tested, {fates}{odds}."
FATE_ONE = {
    "kept": "was kept in time",
    "stood": "was fulfilled before this run begins",
    "kept_late": "was kept late",
    "missed": "has been missed",
    "open": "is still open",
    "beyond": "falls due after this run ends",
}
FATE_MANY = {
    "kept": "{count} were kept in time",
    "stood": "{count} were fulfilled before this run begins",
    "kept_late": "{count} were kept late",
    "missed": "{count} have been missed",
    "open": "{count} are still open",
    "beyond": "{count} fall due after this run ends",
}
FATE_NONE_KEPT = "none was kept in time"
ODDS_NONE = "; no open one is more likely than not to be kept in time"
ODDS_ONE = "; 1 of the open ones is more likely than not to be kept in time"
ODDS_MANY = "; {count} of the open ones are more likely than not to be kept in time"
ODDS_ONLY = "; it is more likely than not to be kept in time"
ODDS_ONLY_NOT = "; it is not more likely than not to be kept in time"
ODDS_LAST = "; the open one is more likely than not to be kept in time"
ODDS_LAST_NOT = "; the open one is not more likely than not to be kept in time"

LATE_NOTHING = "None of what is still to come and has a date comes on before the run ends"
LATE_ON_TIME = "What is still to come comes on time"
LATE = "What is still to come is {months}\u00a0months late on average, mostly because of {causes}"
CAUSE_FIRST = "{cause} ({months}\u00a0months)"
CAUSE = "{cause} ({months})"
LOAD = (
    "all AI data centres of the United States together draw {middle}\u00a0GW {when} (90\u00a0% of futures: "
    "{low} to {high}\u00a0GW), against {now}\u00a0GW in {month}"
)
LOAD_SURE = (
    "all AI data centres of the United States together draw {middle}\u00a0GW {when} in nearly every future, "
    "against {now}\u00a0GW in {month}"
)
AT_YEAR_END = "at the end of {year}"
AT_MONTH_END = "at the end of {month}"
THIRD = "{late}; {load}."

FATE_LABEL = {
    "kept": "kept",
    "stood": "fulfilled before this run",
    "kept_late": "kept late",
    "missed": "missed",
    "open": "open",
    "beyond": "due after the run",
}

# Figures

NOW = "{day}"
ANNOUNCED_LEVEL = "announced {gw} GW"
MEDIAN_END = "{value} median"
SHARE_END = "{value} ({share}\u00a0%)"
SIZE_BY = "{mw} by {deadline}"
UNANNOUNCED = "sites not announced yet"
COUNTRY = "{name} ({country})"
SITES_OF = "{energised} of {sites}"
SITES_ENERGISED = "{energised} of {sites} sites draw power"
SITE_ENERGISED = "{energised} of {sites} site draws power"
MONEY_TITLE = "Money, sites and jobs"
RANGE_HINT = "10 %: {low}; 50 %: {middle}; 90 %: {high}; due {due}"
BULLET_HINT = (
    "announced {announced} MW; drawing power {standing} MW; {when}: {low} to {high} MW, median {middle}"
)
LATE_DETAIL = "{mw} MW to come"
LATE_NO_DATE = "no dated phase comes on"
TOTAL_MONTHS = "{months}"
SAMPLING = "± {error}"

NATIONAL = {
    "energised_facility_mw": "Power drawn by all US AI data centres",
    "energised_it_mw": "Power that reaches the computers",
    "compute_h100e": "Compute in use",
    "capital_usd_b": "Capital put in place since 2023",
}
NATIONAL_NOTES = {
    "energised_facility_mw": "Facility power, named and unnamed sites, end of each month.",
    "energised_it_mw": "IT power: facility power less cooling and losses.",
    "compute_h100e": "Accelerators in use, counted by performance in units of one H100.",
    "capital_usd_b": "Facility power energised above the stock of 2023, times the cost of a gigawatt.",
}
FAN_DESCRIPTION = (
    "{title}, {unit}. In {last} the median is {middle}, half of all futures lie between {p25} and {p75}, "
    "90 % between {p05} and {p95}. The numbers of each year stand in the table."
)
RANGES_TITLE = "When each pledge is reached, and when it was due"
RANGES_DESCRIPTION = (
    "One row for each of {count} pledges: a bar from the month by which 10 % of futures have reached it "
    "to the month by which 90 % have, a dot at 50 %, a diamond on the deadline. "
    "The dates stand in the table of pledges."
)
BULLET_TITLE = "Announced, drawing power, and drawing power {when}"
BULLET_DESCRIPTION = (
    "One bar for each of {count} programmes, in GW of facility power: what its sites are announced to reach, "
    "what draws power now, and the range of what draws power {when}. "
    "The numbers stand in the table."
)
STACK_TITLE = "Months late by cause"
STACK_DESCRIPTION = (
    "One bar for each of {count} programmes and one for all: mean months late of phases still to come, "
    "split by cause. The numbers stand in the table."
)
SCORE_TITLE = "Error of the model and of its rivals on past forecasts"
SCORE_DESCRIPTION = (
    "One row for each of {count} sets of past forecasts: mean error in MW a site of the model, of assuming "
    "no change and of the announced dates, bare and with the spread of past errors. "
    "The numbers stand in the table."
)

# Tables

COLUMN = {
    "programme": "Programme",
    "sites": "Sites drawing power",
    "facility": "Drawing power, MW",
    "it": "of it IT, MW",
    "without": "Without sites begun before the pledge, MW",
    "announced": "Announced at its sites, MW",
    "ahead": "Median {when}, MW",
    "cancelled": "Cancelled by {year}, mean MW",
    "promised_usd": "Promised, bn USD",
    "placed_usd": "In place, bn USD",
    "planned_usd": "Planned there, bn USD",
    "estimated": "Sites estimated",
    "jobs": "Jobs promised",
    "promised_sites": "Sites promised",
    "known_sites": "Sites drawing power",
    "cause_total": "Months late",
    "early": "months early",
    "year": "End of",
    "set": "Set of forecasts",
    "pairs": "Forecasts",
    "score_sites": "Sites",
    "model": "Model",
    "coverage": "Truth within the 80 % range",
    "rival": "Rival",
    "gain": "Model better by, MW a site",
    "gain_range": "90 % interval over sites",
    "verdict": "So",
}
QUANTILE = {
    "p05": "5 %",
    "p10": "10 %",
    "p25": "25 %",
    "p50": "median",
    "p75": "75 %",
    "p90": "90 %",
    "p95": "95 %",
}

# The score

METHOD = {
    "model": "the model",
    "persistence": "no change",
    "announced": "the announced dates",
}
FORM = {"": "{method}", "dressed": "{method} (dressed)", "hindsight": "{method} (dressed in hindsight)"}
FORM_OTHER = "{method} ({form})"
SET = {"all pairs": "all forecasts", "pairs that could change": "forecasts where something could change"}
AS_OF = "made on {day}"
ERRORS = (
    "On {pairs} past forecasts for {sites} sites the model was off by {model}\u00a0MW a site, the announced "
    "dates by {announced}, and the assumption that nothing changes by {persistence}; given the spread of "
    "their own past errors, those two were off by {announced_dressed} and {persistence_dressed}."
)
COVERAGE = (
    "Its 80\u00a0% ranges held {all} of the outcomes, and {moving} where something could change: {verdict}."
)
TOO_WIDE = "wider than they need be"
TOO_NARROW = "too narrow"
ABOUT_RIGHT = "about as wide as they should be"
LOSES = "{set}: the model is off by {model}\u00a0MW a site, {rivals}"
LOSES_RIVAL = "{rival} by {score}"
LOSES_NOWHERE = "On none of these sets does a rival have the smaller mean error."
UNSETTLED = (
    "{set}: the lead over {rival}, {mean}\u00a0MW a site, is within chance: its 90\u00a0% interval over "
    "sites runs from {low} to {high}"
)
BETTER = "better"
WORSE = "worse"
OPEN_LEAD = "not settled"
MW_SITE = "MW"
PAIRS = "{count} forecasts"
GAINS = "The model's lead over each rival"

# Sources and record

DRIVER_SCENARIO = "set by the scenario"
OUTCOME = "facility power of all US AI data centres at the end of {year}"
KINDS = {
    "pledges": "Pledges",
    "sites": "Sites and what stands there",
    "events": "Events",
    "vintages": "Dated editions of the tracker",
    "inputs": "Inputs of the model",
    "regions": "Shares of the grid regions",
    "power": "Power plants, peaks, margins and ties of the grid regions",
    "world": "Compute, spending, models and applications of blocs so far",
}
CURVES_SOURCE = "{authors}, {data_set} (load-duration curves worked out from it)"
CURVES = "room for flexible load"
CURVES_GRADE = "B"
GRADE = "[{grade}]"
COMMAND_FILE = "SCENARIO.yaml"
CANNOT_WRITE = "cannot write the report {path}: {reason}; the run itself is stored and nothing of it is lost"
