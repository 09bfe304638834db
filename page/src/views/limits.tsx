/** What holds ready load back: by region and year, and how many months each cause cost each programme. */

import type { Outcomes, RegionLimits } from "../api";
import { StackedBars } from "../charts/bars";
import { AreasKey } from "../charts/areas";
import { fixed, gw, short } from "../numbers";
import { Figure } from "../parts/figure";
import { useWide } from "../parts/wide";
import { t, word } from "../words";

const KIND: Record<string, string> = { headroom: "kind1", chips: "kind2", capital: "kind3", equipment: "kind4" };
const CAUSE_COLOURS = ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"];
const NATION = "US";

function Cell({ told, least }: { told: RegionLimits["years"][number] | undefined; least: number }) {
  if (!told) return <td />;
  const limit = told.binds;
  if (!limit) return <td class="free" title={t("nothing_binds", { mw: fixed(least) })}>·</td>;
  return (
    <td class={KIND[limit] ?? "kind8"}>
      <span class="amount">{gw(told.waiting_mw[limit])}</span>
      <span class="limit">{word("limit_short", limit)}</span>
    </td>
  );
}

export function LimitsView({ outcomes }: { outcomes: Outcomes | null }) {
  const wide = useWide();
  if (!outcomes) return <h1>{t("view.limits")}</h1>;
  const limits = outcomes.limits;
  const from = Number(outcomes.scenario.as_of.slice(0, 4));
  const years = (limits?.regions[0]?.years ?? []).map((told) => told.year).filter((year) => year >= from);
  const regions = limits ? [...limits.regions].sort((a, b) => Number(b.region === NATION) - Number(a.region === NATION)) : [];
  const causes = [...new Set(outcomes.programmes.flatMap((programme) => Object.keys(programme.lateness.by_cause_months)))];
  const colours = new Map(causes.map((cause, index) => [cause, CAUSE_COLOURS[index % CAUSE_COLOURS.length] ?? "c8"]));
  const late = outcomes.programmes
    .filter((programme) => (programme.lateness.total_months ?? 0) >= 0.5)
    .sort((a, b) => (b.lateness.total_months ?? 0) - (a.lateness.total_months ?? 0))
    .map((programme) => ({
      name: programme.name,
      parts: [
        ...causes.map((cause) => ({ name: word("cause", cause), colour: colours.get(cause) ?? "c8", value: Math.max(0, programme.lateness.by_cause_months[cause] ?? 0) })),
        { name: word("cause", "unexplained"), colour: "kind8", value: Math.max(0, programme.lateness.unexplained_months ?? 0) },
      ],
    }));
  const told = (limits?.limits ?? []).filter((limit) => regions.some((region) => region.years.some((year) => year.binds === limit)));
  return (
    <>
      <h1>{t("view.limits")}</h1>
      {limits && (
        <Figure
          name="limits"
          title={t("limits_title")}
          caption={t("limits_caption", { mw: fixed(limits.least_waiting_mw) })}
          digits={0}
          table={() => ({
            columns: [t("region"), t("year"), ...limits.limits.map((limit) => `${word("limit", limit)}, MW`), t("binds")],
            rows: regions.flatMap((region) =>
              region.years.map((year) => [
                word("region", region.region),
                String(year.year),
                ...limits.limits.map((limit) => year.waiting_mw[limit] ?? null),
                year.binds ? word("limit", year.binds) : t("nothing"),
              ]),
            ),
          })}
        >
          <ul class="key">
            {told.map((limit) => (
              <li key={limit}>
                <span class="swatch" style={{ background: `var(--${KIND[limit] ?? "kind8"})` }} /> {word("limit", limit)}
              </li>
            ))}
          </ul>
          <div class="scroll" tabIndex={0} role="region" aria-label={t("limits_title")}>
            <table class="heat">
              <thead>
                <tr>
                  <th scope="col">{t("region")}</th>
                  {years.map((year) => (
                    <th key={year} scope="col">
                      {year}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {regions.map((region) => (
                  <tr key={region.region} class={region.region === NATION ? "nation" : ""}>
                    <th scope="row">{word("region", region.region)}</th>
                    {years.map((year) => (
                      <Cell key={year} told={region.years.find((one) => one.year === year)} least={limits.least_waiting_mw} />
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Figure>
      )}
      <Figure
        name="late"
        title={t("late_title")}
        caption={t("late_caption")}
        table={() => ({
          columns: [t("programme"), ...causes.map((cause) => `${word("cause", cause)}, ${t("unit.months")}`), `${word("cause", "unexplained")}, ${t("unit.months")}`, t("total")],
          rows: outcomes.programmes.map((programme) => [
            programme.name,
            ...causes.map((cause) => programme.lateness.by_cause_months[cause] ?? null),
            programme.lateness.unexplained_months,
            programme.lateness.total_months,
          ]),
        })}
      >
        <AreasKey
          layers={[...causes.map((cause) => ({ name: word("cause", cause), colour: colours.get(cause) ?? "c8" })), { name: word("cause", "unexplained"), colour: "kind8" }]}
        />
        <StackedBars
          rows={late}
          unit={t("unit.months")}
          wide={wide}
          label={`${t("late_title")}. ${late
            .slice(0, 3)
            .map((row) => `${row.name} ${short(row.parts.reduce((sum, part) => sum + part.value, 0))}`)
            .join(t("list_comma"))}`}
        />
      </Figure>
    </>
  );
}
