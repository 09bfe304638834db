/** The answer in sentences, what draws power against what was promised, and each pledge. */

import type { Outcomes, Pledge } from "../api";
import type { Change } from "../app";
import { FanChart, FanKey, fanTable } from "../charts/fan";
import { chance, day, gw } from "../numbers";
import { Figure } from "../parts/figure";
import { headlines, sentence } from "../parts/sentences";
import { Grade } from "../parts/levers";
import { NAMED, type State } from "../state";
import { t, word } from "../words";
import { useMemo, useState } from "preact/hooks";
import { saveTable, type Table } from "../parts/download";

const ENERGISED = "energised_facility_mw:";
const SMALL = ["energised_facility_mw:US", "energised_it_mw:US", "compute_h100e:US", "grid_load_mw:US", "onsite_mw:US", "shortfall_mw:US", "capital_usd_b:US"] as const;
const NATION = "US";

const programmeName = (name: string): string => (name === NAMED ? t("all_named") : name === NATION ? t("whole_nation") : name);

/** What was promised of one programme by when: its dated pledges as a staircase, the greatest so far. */
function pledgedOf(outcomes: Outcomes, programme: string): (number | null)[] | null {
  if (programme === NAMED) return outcomes.pledged ? [...outcomes.pledged.mw] : null;
  const own = outcomes.pledges.filter((pledge) => pledge.programme === programme);
  if (own.length === 0) return null;
  return outcomes.months.map((month) => Math.max(0, ...own.filter((pledge) => pledge.deadline.slice(0, 7) <= month).map((pledge) => pledge.due_facility_mw)));
}

function pledgeTable(pledges: readonly Pledge[]): Table {
  return {
    columns: [t("programme"), t("promised"), t("due"), t("chance_in_time"), t("chance_by_end"), t("median_month"), t("standing")],
    rows: pledges.map((pledge) => [
      pledge.programme,
      `${pledge.due_mw} MW ${pledge.basis}`,
      pledge.deadline,
      pledge.chance_in_time,
      pledge.chance_by_end,
      pledge.reached_p50,
      pledge.standing_mw,
    ]),
  };
}

function Pledges({ outcomes }: { outcomes: Outcomes }) {
  return (
    <section class="block" aria-labelledby="pledges">
      <h2 class="title" id="pledges">{t("pledges_title")}</h2>
      <p class="caption">{t("pledges_caption")}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("table_of", { title: t("pledges_title") })}>
        <table class="data pledges">
          <thead>
            <tr>
              <th scope="col">{t("programme")}</th>
              <th scope="col" class="n">{t("promised")}</th>
              <th scope="col">{t("due")}</th>
              <th scope="col" class="n">{t("chance_in_time")}</th>
              <th scope="col">{t("reached")}</th>
              <th scope="col" class="n">{t("chance_by_end")}</th>
              <th scope="col" class="n">{t("standing")}</th>
              <th scope="col">{t("source")}</th>
            </tr>
          </thead>
          <tbody>
            {outcomes.pledges.map((pledge) => (
              <tr key={pledge.pledge_id}>
                <th scope="row">
                  {pledge.programme} <span class="meta">{pledge.pledge_id}</span>
                </th>
                <td class="n" data-label={t("promised")}>
                  {gw(pledge.due_mw)}
                  {pledge.basis === "it" ? ` ${t("it_short")}` : ""}
                </td>
                <td data-label={t("due")}>{day(pledge.deadline.slice(0, 7))}</td>
                <td class="n" data-label={t("chance_in_time")}>
                  {pledge.chance_in_time === null ? (
                    t("after_end")
                  ) : (
                    <span class="chance-cell">
                      <span class="bar" aria-hidden="true"><i style={{ width: `${100 * pledge.chance_in_time}%` }} /></span> {chance(pledge.chance_in_time, outcomes.futures)}
                    </span>
                  )}
                </td>
                <td data-label={t("reached")}>
                  {pledge.reached_p50 ? day(pledge.reached_p50) : t("after", { month: day(outcomes.scenario.end.slice(0, 7)) })}
                </td>
                <td class="n" data-label={t("chance_by_end")}>{chance(pledge.chance_by_end, outcomes.futures)}</td>
                <td class="n" data-label={t("standing")}>{gw(pledge.standing_mw)}</td>
                <td data-label={t("source")}>
                  {pledge.address ? (
                    <a href={pledge.address} target="_blank" rel="noreferrer noopener" lang="en" class="cite">
                      {pledge.source}
                    </a>
                  ) : (
                    <span lang="en" class="cite">{pledge.source}</span>
                  )}{" "}
                  <Grade grade={pledge.grade} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="tools">
        <button type="button" data-download="csv" aria-label={`${t("download_csv")}: ${t("pledges_title")}`} onClick={() => saveTable("pledges", pledgeTable(outcomes.pledges), [t("pledges_title")])}>
          CSV
        </button>
      </div>
    </section>
  );
}

export function OutlookView({ outcomes, state, change }: { outcomes: Outcomes | null; state: State; change: Change }) {
  const [all, setAll] = useState(false);
  // Kept from one drawing to the next, so that the chart is painted for new answers alone.
  const pledged = useMemo(() => (outcomes ? pledgedOf(outcomes, outcomes.paths[ENERGISED + state.programme] ? state.programme : NAMED) : null), [outcomes, state.programme]);
  if (!outcomes) return <h1>{t("view.outlook")}</h1>;
  const told = headlines(outcomes.headline);
  const further = outcomes.headline.filter((item) => !told.includes(item));
  const names = Object.keys(outcomes.paths)
    .filter((name) => name.startsWith(ENERGISED))
    .map((name) => name.slice(ENERGISED.length))
    .sort((a, b) => Number(b === NAMED) - Number(a === NAMED) || Number(b === NATION) - Number(a === NATION) || a.localeCompare(b));
  const programme = names.includes(state.programme) ? state.programme : NAMED;
  const fan = outcomes.paths[ENERGISED + programme];
  const title = t("fan_title", { programme: programmeName(programme) });
  return (
    <>
      <h1 class="hidden">{t("view.outlook")}</h1>
      <ul class="answer" data-headline>
        {told.map((item) => (
          <li key={item.id} data-key={item.key}>
            {sentence(item, outcomes.futures)}
          </li>
        ))}
        {all &&
          further.map((item) => (
            <li key={item.id} class="further">
              {sentence(item, outcomes.futures)}
            </li>
          ))}
      </ul>
      {further.length > 0 && (
        <p class="more">
          <button type="button" class="plain" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t("fewer_pledges") : t("more_pledges", { count: String(further.length) })}
          </button>
        </p>
      )}
      {fan && (
        <Figure
          name="energised"
          title={title}
          caption={
            <>
              {t("fan_caption")} {t("facility_power")}
            </>
          }
          table={() => fanTable(outcomes.months, fan, pledged)}
        >
          <label class="pick">
            <span>{t("programme")}</span>
            <select value={programme} onChange={(event) => change({ programme: event.currentTarget.value })}>
              {names.map((name) => (
                <option key={name} value={name}>
                  {programmeName(name)}
                </option>
              ))}
            </select>
          </label>
          <FanKey pledged={pledged !== null} />
          <FanChart months={outcomes.months} fan={fan} pledged={pledged} now={outcomes.as_of_month} height={320} label={title} />
        </Figure>
      )}
      <Pledges outcomes={outcomes} />
      <section class="block" aria-labelledby="behind-it">
        <h2 class="title" id="behind-it">{t("nation_title")}</h2>
        <p class="caption">{t("nation_caption")}</p>
        <div class="multiples">
          {SMALL.map((name) => {
            const path = outcomes.paths[name];
            if (!path) return null;
            const quantity = name.split(":")[0] ?? name;
            return (
              <Figure key={name} small name={quantity} title={word("quantity", quantity)} table={() => fanTable(outcomes.months, path, null)}>
                <FanChart months={outcomes.months} fan={path} now={outcomes.as_of_month} height={150} label={word("quantity", quantity)} />
              </Figure>
            );
          })}
        </div>
      </section>
    </>
  );
}
