/** Two scenarios on the same draws: only what differs. */

import { useEffect, useState } from "preact/hooks";
import { pause, post, Refusal, scenarioOf, type About, type Comparison, type Difference, type Scenario } from "../api";
import type { Change } from "../app";
import { FanChart, FanKey, fanTable } from "../charts/fan";
import { day, fixed, percent, scaleOf, short, whole } from "../numbers";
import { Figure } from "../parts/figure";
import { MINE, type State } from "../state";
import { known, t, word } from "../words";

const FUTURES = 1000;
const REST_MS = 300;
const SERIES = "energised_facility_mw:US";

function outcomeTitle(difference: Difference): string {
  if (known("outcome", difference.name)) return word("outcome", difference.name);
  return difference.title;
}

function Row({ difference, futures }: { difference: Difference; futures: number }) {
  const isShare = difference.unit === "share" || difference.unit === "ratio";
  const { factor, unit } = isShare ? { factor: 0.01, unit: t("unit.points") } : scaleOf(difference.unit);
  const value = (number: number | null): string => (isShare ? percent(number) : number === null ? "–" : `${short(number / factor)}\u00a0${unit}`);
  const gap = difference.difference;
  const digits = gap !== null && Math.abs(gap / factor) < 1 ? 2 : 1;
  const beyond = gap !== null && difference.standard_error !== null && Math.abs(gap) > 2 * difference.standard_error;
  return (
    <tr>
      <th scope="row" lang={known("outcome", difference.name) ? undefined : "en"}>{outcomeTitle(difference)}</th>
      <td class="n">{value(difference.first)}</td>
      <td class="n">{value(difference.second)}</td>
      <td class="n">
        {beyond ? <b>{signed(gap, factor, digits)}</b> : signed(gap, factor, digits)} <span class="meta">{unit}</span>
      </td>
      <td class="n">
        {signed(difference.p05, factor, 1)} {t("to")} {signed(difference.p95, factor, 1)}
      </td>
      <td class="n">{t("higher_lower", { higher: percent(difference.higher), lower: percent(difference.lower), futures: fixed(futures) })}</td>
    </tr>
  );
}

/** What a lever was set to, in the words of the page; whatever else was set, as it is written in the file. */
function setting(text: string): string {
  if (text === "as the plan goes") return t("plan_decides");
  const match = /^([\d.]+) from (\d{4}-\d{2})$/.exec(text);
  return match ? t("set_from", { amount: whole(Number(match[1])), month: day(match[2]) }) : text;
}

const signed = (value: number | null, factor: number, digits: number): string =>
  value === null ? "–" : `${value > 0 ? "+" : ""}${fixed(value / factor, digits)}`;

export function CompareView({ about, scenario, state, change }: { about: About; scenario: string; state: State; change: Change }) {
  const first = state.first || scenario;
  const [answer, setAnswer] = useState<Comparison | null>(null);
  const [waits, setWaits] = useState(false);
  const [trouble, setTrouble] = useState("");
  const of = (name: string): Scenario => (name === MINE ? scenarioOf(scenario, state.levers) : { ...scenarioOf(name, {}), name });
  const asked = JSON.stringify({ first: of(first), second: of(state.second) });
  useEffect(() => {
    const control = new AbortController();
    setWaits(true);
    void (async () => {
      await pause(REST_MS);
      while (!control.signal.aborted) {
        try {
          const body = { ...(JSON.parse(asked) as object), futures: FUTURES, series: [SERIES] };
          const told = await post<Comparison>("api/compare", body, control.signal);
          if (control.signal.aborted) return;
          setAnswer(told);
          setTrouble("");
          setWaits(false);
          return;
        } catch (error) {
          if (control.signal.aborted) return;
          if (error instanceof Refusal && error.status === 429) {
            await pause(error.retryAfterSeconds * 1000);
            continue;
          }
          setTrouble(error instanceof Error ? error.message : String(error));
          setWaits(false);
          return;
        }
      }
    })();
    return () => control.abort();
  }, [asked]);

  const options = [MINE, ...about.scenarios.map((one) => one.name)];
  const title = (name: string): string =>
    name === MINE ? t("your_levers") : known("scenario", name) ? word("scenario", name) : (about.scenarios.find((one) => one.name === name)?.title ?? name);
  const fan = answer?.paths[SERIES];
  const differs = (fan?.mean ?? []).some((value) => value !== null && Math.abs(value) > 1e-9);
  const now = answer ? Math.max(0, answer.months.indexOf(about.facts_as_of.slice(0, 7))) : 0;
  const differences = (answer?.differences ?? []).filter((one) => one.difference === null || one.difference !== 0 || (one.higher ?? 0) + (one.lower ?? 0) > 0);
  return (
    <>
      <h1>{t("view.compare")}</h1>
      <p class="caption">{t("compare_caption")}</p>
      <div class="picks">
        {(["first", "second"] as const).map((side) => (
          <label key={side} class="pick">
            <span>{t(`compare_${side}`)}</span>
            <select value={side === "first" ? first : state.second} onChange={(event) => change(side === "first" ? { first: event.currentTarget.value } : { second: event.currentTarget.value })}>
              {options.map((name) => (
                <option key={name} value={name}>
                  {title(name)}
                </option>
              ))}
            </select>
          </label>
        ))}
        <button type="button" onClick={() => change({ first: state.second, second: first })}>
          {t("swap")}
        </button>
      </div>
      {waits && (
        <p class="wait" role="status">
          {t("working_out")}
        </p>
      )}
      {trouble && <p class="notice bad" role="alert">{trouble}</p>}
      {answer && (
        <div class={waits ? "stale" : ""} data-compared={waits ? "" : "ready"}>
          <section class="block" aria-labelledby="changes">
            <h2 id="changes">{t("changes_title")}</h2>
            {answer.changes.length === 0 ? (
              <p>{t("no_changes")}</p>
            ) : (
              <div class="scroll" tabIndex={0} role="region" aria-label={t("table_of", { title: t("changes_title") })}>
                <table class="data">
                  <thead>
                    <tr>
                      <th scope="col">{t("field")}</th>
                      <th scope="col">{title(first)}</th>
                      <th scope="col">{title(state.second)}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {answer.changes.map((one) => (
                      <tr key={one.field}>
                        <th scope="row">{one.field.startsWith("levers.") ? word("lever", one.field.slice(7)) : <code>{one.field}</code>}</th>
                        <td>{setting(one.first)}</td>
                        <td>{setting(one.second)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </section>
          <Figure
            name="differences"
            title={t("differences_title")}
            caption={t("differences_caption", { futures: fixed(answer.futures), same: fixed(answer.same.length) })}
            digits={3}
            table={() => ({
              columns: [t("outcome"), t("unit_column"), title(first), `${title(state.second)} `, t("difference"), t("standard_error"), t("share.p05"), t("share.p95")],
              rows: differences.map((one) => [outcomeTitle(one), one.unit, one.first, one.second, one.difference, one.standard_error, one.p05, one.p95]),
            })}
          >
            {differences.length === 0 ? (
              <p>{t("no_differences")}</p>
            ) : (
              <div class="scroll" tabIndex={0} role="region" aria-label={t("differences_title")}>
                <table class="data">
                  <thead>
                    <tr>
                      <th scope="col">{t("outcome")}</th>
                      <th scope="col" class="n">{title(first)}</th>
                      <th scope="col" class="n">{title(state.second)}</th>
                      <th scope="col" class="n">{t("difference")}</th>
                      <th scope="col" class="n">{t("ninety")}</th>
                      <th scope="col" class="n">{t("in_futures")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {differences.map((one) => (
                      <Row key={one.name} difference={one} futures={answer.futures} />
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </Figure>
          {fan && differs && (
            <Figure name="difference-path" title={t("difference_path_title")} caption={t("difference_path_caption", { first: title(first), second: title(state.second) })} digits={3} table={() => fanTable(answer.months, fan, null)}>
              <FanKey pledged={false} />
              <FanChart months={answer.months} fan={fan} now={now} height={260} label={t("difference_path_title")} signed />
            </Figure>
          )}
        </div>
      )}
    </>
  );
}
