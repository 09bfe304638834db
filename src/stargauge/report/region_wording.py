"""Words of the figures about grid regions; a translation replaces them together with `wording`."""

from __future__ import annotations

REGION = {
    "CAL": "California",
    "CAR": "Carolinas",
    "CENT": "Central plains",
    "FLA": "Florida",
    "MIDA": "Mid-Atlantic",
    "MIDW": "Midwest",
    "NE": "New England",
    "NW": "Northwest",
    "NY": "New York",
    "SE": "Southeast",
    "SW": "Southwest",
    "TEN": "Tennessee",
    "TEX": "Texas",
}
"""Regions of EIA-930 as they are spoken of."""

KEY = "Key"
MISSING = "no value"
STEP_UNDER = "under {high} {unit}"
STEP_BETWEEN = "{low} to {high} {unit}"
STEP_FROM = "{low} {unit} or more"
COLUMN_REGION = "Region"
COLUMN_YEAR = "Year"
COLUMN_TOTAL = "Total"
COLUMN_LOW = "10 % of futures below"
COLUMN_HIGH = "90 % of futures below"

MAP_DESCRIPTION = "{said} One tile for each of {count} grid regions, roughly where it lies.{missing} {table}"
MAP_MISSING = " No value for {regions}."
IN_TABLE = "The numbers stand in the table."
TILE_HINT = "{region}: {number}"
TILE_HINT_LINE = "{region}: {number}; {line}"

STACK_DESCRIPTION = (
    "{said} One column a year, from {first} to {last}, in {unit}: the parts stand on each other, "
    "a line spans the middle 80 % of futures of the total.{missing} The numbers stand in the table."
)
STACK_MISSING = " No value for {years}."
PART_HINT = "{year}, {part}: {value} {unit}"
TOTAL_HINT = "{year}: {total} {unit}, 80 % of futures {low} to {high}"
BAND = "middle 80 % of futures of the total"

# What is said of regions

SPOKEN = {
    "CAL": "California",
    "CAR": "the Carolinas",
    "CENT": "the Central plains",
    "FLA": "Florida",
    "MIDA": "the Mid-Atlantic",
    "MIDW": "the Midwest",
    "NE": "New England",
    "NW": "the Northwest",
    "NY": "New York",
    "SE": "the Southeast",
    "SW": "the Southwest",
    "TEN": "Tennessee",
    "TEX": "Texas",
}
"""Regions within a sentence."""

NATION_NAME = "United States"
JULY = "July {year}"
BAND_SHORT = "{low} to {high}"
VALUE_BAND = "{value} ({band})"
NINETY = "90\u00a0% of futures: {band}"

LIMIT = {
    "headroom": "regional headroom",
    "chips": "chip supply",
    "capital": "capital",
    "equipment": "on-site equipment",
}
"""Limits as the page names them."""

LIMIT_SHORT = {"headroom": "power", "chips": "chips", "capital": "capital", "equipment": "plant"}
"""Limits in a cell."""

LIMIT_KEY = {
    "headroom": "power: regional headroom",
    "chips": "chips: chip supply",
    "capital": "capital",
    "equipment": "plant: on-site equipment",
}
NOTHING_BINDS = "nothing: less than {gw} GW waits"
NOTHING_SHORT = "nothing"
LESS_THAN = "<{gw}"
FIRST_BINDS = "{limit} from {year}"
FIRST_NOTHING = "nothing binds"
SUPPLIED = "headroom supplied by the scenario"
UNLIMITED = "headroom without limit"

TECHNOLOGY = {
    "gas": "gas",
    "nuclear": "nuclear",
    "geothermal": "geothermal",
    "solar": "solar",
    "wind": "wind",
    "battery": "batteries",
    "other": "other",
}

HEADROOM_SENTENCE = (
    "In July {year} the power grids of {count} regions taken together have room for {firm}\u00a0GW "
    "of new load that never gives way (90\u00a0% of futures: {low} to {high}\u00a0GW) or for "
    "{flexible}\u00a0GW of load that gives way in the tightest hours, counted before new AI load; "
    "{where}."
)
AND_THEN = ", and "
WHERE_ROOM = "the most firm room is in {regions}"
REGION_GW = "{region} ({gw}\u00a0GW)"
REGIONS_SHORT = "in {count} regions half of all futures have none to give without their neighbours"
REGION_SHORT_ONE = "in 1 region half of all futures have none to give without its neighbours"
BINDS_SENTENCE = (
    "Data centres that are finished and cannot be switched on wait mostly for {first} from "
    "{first_year}{then}{end}."
)
BINDS_THEN = ", and from {year} mostly for {limit}"
BINDS_END = (
    ": in {last}, {total}\u00a0GW wait on average, {part}\u00a0GW of it for {limit}, {most}\u00a0GW "
    "of that in {where}"
)
BINDS_NOWHERE = (
    "In no year do more than {gw}\u00a0GW of finished data centres wait for any one limit on average."
)
SHORT_SENTENCE = (
    "With new load and with their neighbours’ help, firm supply in July {year} falls short of load "
    "and required reserve in {chance} of futures in {region}, more often than anywhere else; over "
    "all regions {median}\u00a0GW are missing in the median future (90\u00a0%: {low} to "
    "{high}\u00a0GW). Without any new AI load it would be {before}\u00a0GW ({before_low} to "
    "{before_high}). The model builds no plant in answer."
)
SHORT_NOWHERE = "In July {year} firm supply falls short in no region in any future."
ONSITE_SENTENCE = (
    "{onsite}\u00a0GW of new AI load run on plant of their own in July {year} (90\u00a0% of futures: "
    "{low} to {high}\u00a0GW), beside {grid}\u00a0GW on the grid."
)
SUPPLY_SENTENCE = (
    "From {since} to the end of {year}, {total}\u00a0GW of power plants are added on average, "
    "{parts}, and {retired}\u00a0GW retire; the new plants cost {capital} billion US dollars, plants "
    "beside data centres another {onsite}."
)
PART = "{gw}\u00a0GW {name}"
ONSITE_NONE = "No new AI load runs on plant of its own in July {year}."
OPPOSITION_NOW = (
    "Local opposition to data centres is strongest in {region} in July {year}: {now} times the nation’s "
    "mean of {day}."
)
OPPOSITION_SENTENCE = (
    "Local opposition to data centres is strongest in {region} in July {year}: {level} times the "
    "nation’s mean of {day} in the median future (90\u00a0%: {low} to {high}), against {now} in July "
    "{first}; it rises in {count} of {all} regions."
)
BILL_NOW = (
    "In {region} data centres account for {later}\u00a0% of the average power bill in July {year} "
    "(90\u00a0% of futures: {low} to {high}\u00a0%); in {count} of {all} regions the range does not rule out "
    "that they add nothing."
)
BILL_SENTENCE = (
    "In {region} data centres account for {later}\u00a0% of the average power bill in July {year} "
    "(90\u00a0% of futures: {low} to {high}\u00a0%), against {now}\u00a0% in July {first}; in "
    "{count} of {all} regions the range for {year} does not rule out that they add nothing."
)

# Figures and tables of regions

MAP_TITLE = "Room for new firm load, and what binds first"
MAP_CAPTION = (
    "GW of firm headroom in July {year}, median of futures, before new AI load and before what "
    "neighbours lend; a negative number is missing. Small line: the limit that first holds back "
    "finished data centres, and from when."
)
MAP_SAID = "GW of firm headroom in July {year}, and the limit that binds first."
MAP_COLUMNS = (
    "Firm headroom, GW", "90\u00a0% of futures", "Flexible headroom, GW", "90\u00a0% of futures",
    "Binds first", "Power binds from",
)  # fmt: skip
FAN_TITLES = {
    "firm_headroom_mw": "Room for load that never gives way",
    "flexible_headroom_mw": "Room for load that gives way",
    "onsite_mw": "New AI load on plant of its own",
}
FAN_NOTES = {
    "firm_headroom_mw": "Sum of the regions’ firm headroom before new AI load; what one has spare cannot "
    "simply serve another.",
    "flexible_headroom_mw": "Sum of what each region takes if all of it gives way; not on top of firm room.",
    "onsite_mw": "Data centres that run on plant beside them and have no full connection to the grid.",
}
BINDS_TITLE = "What finished data centres wait for, by region and year"
BINDS_CAPTION = (
    "GW that are finished and not switched on, mean of futures over the year{start}, for the limit "
    "that holds back the most; “nothing” where that is under {gw} GW."
)
BINDS_START = ", from {month} in {year}"
LEVELS_TITLE = "Headroom, new load and what is missing, by region"
LEVELS_CAPTION = (
    "GW in July, median (5 to 95\u00a0% of futures). Headroom is counted before new AI load; “short” is "
    "what firm supply then misses of load and required reserve, neighbours’ help included. The "
    "chance is the share of futures with that; for the United States, of any region being short."
)
LEVELS_COLUMNS = (
    "Firm headroom", "Flexible headroom", "New load on the grid", "On plant of its own", "Short",
    "Chance of being short",
)  # fmt: skip
ADDITIONS_TITLE = "Power plants added by technology"
ADDITIONS_CAPTION = (
    "GW of nameplate capacity completed in the year, mean of futures{start}; the line holds 80\u00a0% of "
    "{stored} stored futures of the total. Nameplate is not firm supply: at the peak a GW of solar "
    "counts for less than one of gas."
)
ADDITIONS_START = "; {year} from {month} on"
ADDITIONS_SAID = "Nameplate capacity of power plants completed by technology."
MONEY_TITLE = "Retirements and capital by year"
MONEY_CAPTION = (
    "Mean of futures, 80\u00a0% of {stored} stored futures in brackets. Capital is counted when a plant "
    "is completed. Upgrades of the transmission network for data-centre sites cost {wires} bn USD on "
    "average by {end} (90\u00a0% of futures: {band}); they are drawn from a prior."
)
MONEY_COLUMNS = (
    "Added, GW", "Retired, GW", "Capital of new plants, bn USD", "Of plants beside data centres, bn USD",
)  # fmt: skip
ALL_YEARS = "{first} to {last}"
OPPOSITION_TITLE = "Local opposition to data centres"
OPPOSITION_CAPTION = (
    "Level in July, median and 90\u00a0% of futures; 1 is the nation’s mean on {day}. It rises with what "
    "is being built, with bills and with rules loosened over people’s heads, and it delays and ends "
    "what is not yet built."
)
OPPOSITION_UNIT = "times the mean"
BILL_TITLE = "Part of the power bill that data centres add"
BILL_CAPTION = (
    "Percent of the average bill in July, median and 90\u00a0% of futures. Studies disagree even on the "
    "sign, so many ranges hold 0."
)
BILL_UNIT = "%"

# On a terminal

SCREEN_WIDTH = 100
SCREEN_ALL = "the 13 regions"
SCREEN_HEAD = "Power of {place} in a run · scenario {scenario} · as of {as_of} · {futures} futures"
SCREEN_NO_JULY = "The run holds no July from its as-of year on, the month for which regions are told."
SCREEN_HEADROOM = (
    "Headroom in July before new AI load, GW: median, 5…95 %; firm, and flexible (cut in tight hours)"
)
SCREEN_LOAD = (
    "New AI load in July, GW, median: on the grid, on plant of its own; firm supply short by, and chance"
)
SCREEN_BINDS = "What finished data centres wait for, GW, mean over the year; – where under {gw} GW"
SCREEN_EFFECTS = "Opposition (1: the nation's mean on the as-of date), part of the bill: median, 5…95 %"
SCREEN_SUPPLY = "Power plants completed in a year, GW of nameplate, and capital, bn USD: means"
SCREEN_ADDED = "all"
SCREEN_RETIRED = "retired"
SCREEN_CAPITAL = "capital"
SCREEN_ONSITE = "on-site capital"
SCREEN_WIRES = "Network upgrades for sites by the end of the run: {mean} bn USD in the mean ({low}…{high})"
SCREEN_REGION = "July of each year, GW: median, 5…95 % of futures"
SCREEN_REGION_COLUMNS = (
    "firm headroom", "flexible", "grid load", "own plant", "short", "waits for", "opposition", "bill, %",
)  # fmt: skip
SCREEN_REGION_NOTE = "before new AI load; short: median, chance; waits for: mean of the year, – under {gw} GW"
LINES_TITLE = "Power of the 13 regions, GW: median, 5…95 % of futures"
LINES_FIRM = "firm headroom before new AI load"
LINES_FLEXIBLE = "flexible headroom (cut in tight hours)"
LINES_ONSITE = "new AI load on plant of its own"
LINES_SHORT = "firm supply short of load and reserve"
LINES_REGION = "{region} {year}"
LINES_MORE = " and {count} more"
LINES_POWER = "Power is what binds from: {regions}{more}"
LINES_POWER_NOWHERE = "Power is nowhere what binds"
LINES_OPPOSITION = (
    "Opposition is strongest in {region}, July {year}: {level} times the nation's mean of now ({low}…{high})"
)
