"""Words of the section on the plan; a translation replaces them together with `wording`."""

from __future__ import annotations

STAGES = ("nothing found", "begun", "partly in force", "in force")
"""What a stage is called, from 0."""

STANDING = (
    "Of the {count} actions of the plan, {none} had left no trace on {day}, {begun} had begun, {partly} were "
    "partly in force and {whole} in force."
)
BUYS = (
    "{title}: {off} with every lever left where it stood, {full} with the plan carried out at the pace seen "
    "so far, a difference of {total}."
)
MOSTLY = "Most of that comes through {levers}."
AGAINST = "Against it work {levers}."
AGAINST_ONE = "{lever} in {share} of futures"
NEVER = (
    "With no plan at all from the next month on, what was in force taken back, it would be {never}: plan and "
    "scenario add {total} to that."
)
SCORED = (
    "Asked with what was known on {origin} for the stage of each action on {target}, the execution model "
    "scored {model} (Brier; 0 is perfect, 2 is worst); “nothing moves” {still}, a straight line by pillar "
    "{line}."
)
SCORE_LOSES = "It does not beat {rivals}."

PANEL_TITLE = "Stages of the plan’s actions by quarter"
PANEL_SAID = "How many of the plan's actions stood at each stage at the end of each quarter."
PANEL_CAPTION = (
    "Actions as on record at the end of each quarter, by the stage that dated events show. Nothing found is "
    "not nothing done."
)
PANEL_UNIT = "actions"
PANEL_QUARTER = "End of quarter"
PANEL_DESCRIPTION = (
    "{said} One column a quarter, from {first} to {last}: stages stand on each other. The numbers stand in "
    "the table."
)

LEVERS_TITLE = "What each lever adds to {title}"
LEVERS_SAID = (
    "One row a lever: a dot at its mean share of the plan's effect, a line from 5 to 95 % of futures."
)
LEVERS_CAPTION = (
    "{unit}. Dot: the lever’s share of the whole effect (Shapley), as the mean of {futures} futures; line: 5 "
    "to 95 % of futures."
)
LEVER_HINT = "{lever}: {value}; 5 to 95 % of futures {low} to {high}"
LEVERS_COLUMNS = ("Lever", "Pillar", "Adds", "5 to 95 %", "Against", "Actions behind it")
ALL = "All together"
NO_PILLAR = "scenario only"
TRACKED = "Tracked without a sourced effect, so they add nothing here: {levers}."
ACCURACY = (
    "± is the standard error of {futures} futures; the largest here is {share} of the whole effect. "
    "“stargauge levers” takes more futures."
)

ACTIONS_TITLE = "The actions it hangs on"
ACTIONS_CAPTION = (
    "A lever’s share, parted among the actions behind it by what each is expected to gain between {day} and "
    "the month of the outcome. Worth: 0 none, 0.15 begun, 0.5 partly in force, 1 in force."
)
ACTIONS_COLUMNS = ("Action", "What it asks", "Lever", "Worth, now → then", "Carries")
ACTIONS_NUMERIC = 3

OTHERS_TITLE = "Other outcomes, all levers together"
OTHERS_COLUMNS = ("Outcome", "Frozen", "Carried out", "Difference")

SCORE_TITLE = "How the execution model has scored"
SCORE_COLUMNS = ("Forecast", "Brier", "Ranked")
FORECASTS = {
    "hazards": "execution model",
    "nothing moves": "nothing moves",
    "line by pillar": "straight line by pillar",
    "line by verb": "straight line by kind of action",
    "past moves": "moves so far, repeated",
}
