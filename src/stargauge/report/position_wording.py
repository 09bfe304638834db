"""Words of the section on position among blocs; a translation replaces them together with `wording`."""

from __future__ import annotations

BLOC = {
    "US": "United States",
    "China": "China",
    "EU": "European Union",
    "allies": "US allies outside the EU",
    "Gulf": "Gulf states",
    "India": "India",
    "rest": "Rest of the world",
}
"""Blocs as they are named in tables."""

SHORT = {**{name: name for name in BLOC}, "allies": "US allies", "rest": "rest of the world"}
"""Blocs as they are named in cells and sentences."""

THE = {
    "US": "the US",
    "EU": "the EU",
    "allies": "the US allies",
    "Gulf": "the Gulf",
    "rest": "the rest of the world",
}
"""Blocs within a sentence, where they take an article."""

LAYER = {
    "compute": "Core compute",
    "models": "Models in use",
    "applications": "Applications and robots",
    "rules": "Rules",
}
LAYER_DETAIL = {
    "compute": "H100-equivalents",
    "models": "tokens",
    "applications": "firms and robots",
    "rules": "market reached",
}
SHARE_OF = {
    "compute": "of the world’s compute in use",
    "models": "of the world’s tokens",
    "applications": "of enterprise use and robots in the world",
    "rules": "of the market, by whose rules reach it",
}
SPOKEN = {
    "compute": "core compute",
    "models": "models in use",
    "applications": "applications and robots",
    "rules": "rules",
}

CLASS = {
    "unipolar": "unipolar",
    "bipolar": "bipolar",
    "primacy": "primacy",
    "limited_multipolar": "limited multipolar",
    "fragmented": "fragmented",
}
SAID = {**CLASS, "primacy": "one of primacy"}
STACK = {
    "us_closed": "US, closed",
    "us_open": "US, open weights",
    "china_open": "Chinese, open weights",
    "sovereign": "of the buyer’s own bloc",
}

READ_LOCATION = "Compute counts where it stands."
READ_OWNER = "Compute counts for the bloc whose firms own it."
READ_GULF = "The Gulf is counted in with the US."
READ_NETWORK = "What others use draws no buyer of models."
READ_SALES = {
    "open": "From the as-of date no licence is needed for chips to China.",
    "closed": "From the as-of date no advanced chip is sold to China.",
}

MAIN = "At the end of {year} the world is {kind} in {chance} of futures: {meaning}."
NEXT = "In {chance} it is {kind}: {meaning}."
LEADS = "Who leads then: {leaders}."
LEADER = "{bloc} in {layer} with {share} (ahead in {chance} of futures)"
CHANGES = "By {end} the likeliest class is {kind} ({chance})."
STAYS = "At the run’s end, {end}, that is still the likeliest class ({chance})."

CLASSES_TITLE = "Class of world over time"
CLASSES_CAPTION = "Share of futures in each class, month by month. {meanings}"
MEANING = "{name}: {meaning}."
CLASSES_SAID = (
    "Areas on top of each other from {first} to {last} that make up all futures. At the end: {ends}. "
    "The numbers stand in the table."
)
CLASSES_END = "{name} {chance}"
CHANCE_UNIT = "share of futures"

LEADS_TITLE = "Who leads which layer"
LEADS_CAPTION = (
    "Median share of the bloc that leads in most futures, and in how many of them it does; colour: that "
    "bloc. {now}"
)
LEADS_NOW = "{month} is the as-of month, where shares are estimates too."
COLUMN_LAYER = "Layer"
LEADS_CHANCE = "ahead in {chance}"

FANS_TITLE = "Shares of the layers, by bloc"
FAN_TITLE = "{layer}: {bloc}"
FAN_CAPTION = "per cent {of}"
SHARE_UNIT = "%"

BLOCS_TITLE = "Blocs at the end of {year}"
BLOCS_CAPTION = (
    "Compute in million H100-equivalents under three ledgers that are never added up: where it stands, whose "
    "firms own it, who uses it; then shares of the world, and gigawatts that export packages have delivered. "
    "Medians, and 5 to 95 % of futures."
)
BLOCS_COLUMNS = ("Bloc", "located", "owned", "used", "models", "applications", "rules", "packages, GW")

POLES_TITLE = "Effective number of poles and concentration"
POLES_CAPTION = (
    "N = 1 / Σ s² of the shares of seven blocs; CON = √((Σ s² − 1/7) / (1 − 1/7)). CON of 0.4 to 0.5 and "
    "more is read as unipolar in studies of states, but two equal blocs reach 0.65; so it is told and "
    "decides no class."
)
POLES_CELL = "{poles} · {con}"

FLIPS_TITLE = "What hangs on the reading, {month}"
YEAR_END = "end of {year}"
FLIPS_CAPTION = (
    "Per cent of {futures} futures in which each holds, on the same luck. Bold: the reading puts the chance "
    "on the other side of one half. {readings}"
)
FLIPS_COLUMN = "Conclusion"
READING = "“{name}”: {words}."

SCORE_TITLE = "How the world has scored"
SCORE_CAPTION = (
    "CRPS of forecasts made from what was known earlier, lower is better: shares in points, spending in "
    "billion US dollars; and how many truths fell in the bands that should hold 50 and 90 %."
)
SCORE_COLUMNS = ("Question", "forecasts", "model", "no change", "random walk", "in 50 %", "in 90 %")
LOSES = "{label}: the model loses to {rivals}; it beats {counts}."
WINS = "{label}: the model scores better than both; it beats {counts}."
COUNT = "{rival} in {won} of {forecasts}"
RIVAL = {"persistence": "no change", "logit walk": "a random walk"}
SINGLES_TITLE = "Single predictions from the end of 2025"
SINGLES_CAPTION = (
    "Series too short to score, with where reality fell among the futures: 50 is the middle, near 0 or 100 a "
    "miss."
)
SINGLES_COLUMNS = (
    "What",
    "Where",
    "Seen before, %",
    "Month",
    "forecast, %",
    "5 to 95 %",
    "came, %",
    "percentile",
)
