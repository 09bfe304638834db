/** The headline sentences: the server says which and with what values, the catalogue how. */

import type { ComponentChildren } from "preact";
import type { HeadlineItem, HeadlineValue } from "../api";
import { chance, day, gw, percent, short } from "../numbers";
import { rich, t, word } from "../words";

const number = (value: HeadlineValue | undefined): number | null => (typeof value === "number" ? value : null);
const text = (value: HeadlineValue | undefined): string => (typeof value === "string" ? value : "");
const fromGw = (value: HeadlineValue | undefined): string => {
  const found = number(value);
  return gw(found === null ? null : found * 1000);
};

const LEAST_MONTHS = 0.5;
const CAUSES_TOLD = 3;

function causes(value: HeadlineValue | undefined): string {
  if (!Array.isArray(value)) return "";
  return (value as readonly { cause: string; months: number }[])
    .filter((one) => one.months >= LEAST_MONTHS)
    .slice(0, CAUSES_TOLD)
    .map((one) => t("cause_months", { cause: word("cause", one.cause), months: short(one.months) }))
    .join(t("list_comma"));
}

export function sentence(item: HeadlineItem, futures: number): ComponentChildren {
  const values = item.values;
  if (item.key === "energised") {
    const month = day(text(values["month"]));
    return [
      ...rich("headline.energised", {
        month,
        median: fromGw(values["named_p50_gw"]),
        low: fromGw(values["named_p05_gw"]),
        high: fromGw(values["named_p95_gw"]),
        pledged: fromGw(values["pledged_gw"]),
      }),
      ...rich("headline.nation", { median: fromGw(values["nation_p50_gw"]), low: fromGw(values["nation_p05_gw"]), high: fromGw(values["nation_p95_gw"]) }),
    ];
  }
  if (item.key === "pledge") {
    const median = text(values["median_month"]);
    const late = causes(values["causes"]);
    return [
      ...rich("headline.pledge", {
        programme: text(values["programme"]),
        due: fromGw(values["due_gw"]),
        basis: text(values["basis"]) === "it" ? t("of_it_power") : "",
        deadline: day(text(values["deadline"])),
        chance: chance(number(values["chance"]), futures),
      }),
      ...(median ? rich("headline.median", { month: day(median) }) : rich("headline.never", { chance: percent(number(values["chance_by_end"])), end: day(text(values["end"])) })),
      ...(late ? [t("headline.causes", { causes: late })] : []),
      t("full_stop"),
    ];
  }
  if (item.key === "binds") {
    const limit = text(values["limit"]);
    if (!limit) return rich("headline.free", { year: String(values["year"]) });
    return rich("headline.binds", {
      year: String(values["year"]),
      limit: word("limit", limit),
      waiting: gw(number(values["waiting_mw"])),
      region: word("region", text(values["region"])),
      regional: gw(number(values["region_waiting_mw"])),
    });
  }
  if (item.key === "class") {
    return rich("headline.class", {
      month: day(text(values["month"])),
      class: word("class", text(values["class"])),
      chance: percent(number(values["chance"])),
      next: word("class", text(values["next"])),
      next_chance: percent(number(values["next_chance"])),
    });
  }
  return null;
}

/** One of each kind is told first; further pledges are in the table of pledges. */
export function headlines(items: readonly HeadlineItem[]): HeadlineItem[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    if (seen.has(item.key)) return false;
    seen.add(item.key);
    return true;
  });
}
