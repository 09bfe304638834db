/** What each lever buys: the difference the plan makes, shared out among its levers. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { pause, post, Refusal, type EffectsAnswer, type Scenario } from "../api";
import type { Change } from "../app";
import { Tornado } from "../charts/bars";
import { fixed, short } from "../numbers";
import { Figure } from "../parts/figure";
import { useWide } from "../parts/wide";
import type { State } from "../state";
import { t, word } from "../words";

const OUTCOMES = ["facility_mw:2030", "facility_mw:end", "chance_by_end:STG-2025-01", "months_standing:STG-2025-01", "shortfall_mw:2030"] as const;
const REST_MS = 600;

type Answer = NonNullable<EffectsAnswer["answer"]>;

export function DriversView({ scenario, futures, state, change }: { scenario: Scenario; futures: number; state: State; change: Change }) {
  const wide = useWide();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [done, setDone] = useState<{ done: number; total: number } | null>(null);
  const [trouble, setTrouble] = useState("");
  const asked = JSON.stringify(scenario);
  const outcome = OUTCOMES.find((name) => name === state.outcome) ?? OUTCOMES[0];

  useEffect(() => {
    const control = new AbortController();
    setDone({ done: 0, total: 0 });
    setTrouble("");
    void (async () => {
      await pause(REST_MS);
      while (!control.signal.aborted) {
        try {
          const body = { scenario: JSON.parse(asked) as Scenario, outcomes: [outcome], futures, full_force: false };
          const told = await post<EffectsAnswer>("api/levers/effects", body, control.signal);
          if (control.signal.aborted) return;
          if (told.state === "ready" && told.answer) {
            setAnswer(told.answer);
            setDone(null);
            return;
          }
          setDone({ done: told.done, total: told.total });
        } catch (error) {
          if (control.signal.aborted) return;
          if (!(error instanceof Refusal && (error.status === 429 || error.status === 503))) {
            setTrouble(error instanceof Error ? error.message : String(error));
            setDone(null);
            return;
          }
        }
        await pause(500);
      }
    })();
    return () => control.abort();
  }, [asked, outcome, futures]);

  const told = answer?.outcomes.find((one) => one.name === outcome);
  const rows = useMemo(
    () =>
      [...(told?.levers ?? [])]
        .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
        .map((lever) => ({ ...lever, title: word("lever", lever.lever) })),
    [told, state.language],
  );
  const isShare = told?.unit === "share" || outcome.startsWith("chance");
  const factor = told?.unit === "MW" ? 0.001 : isShare ? 100 : 1;
  const unit = told?.unit === "MW" ? "GW" : isShare ? t("unit.points") : t("unit.months");
  const scaled = (value: number | null): number | null => (value === null ? null : value * factor);
  return (
    <>
      <h1>{t("view.drivers")}</h1>
      <label class="pick">
        <span>{t("outcome")}</span>
        <select value={outcome} onChange={(event) => change({ outcome: event.currentTarget.value })}>
          {OUTCOMES.map((name) => (
            <option key={name} value={name}>
              {word("outcome", name)}
            </option>
          ))}
        </select>
      </label>
      {done && (
        <p class="wait" role="status">
          {t("working_out")} {done.total > 0 && <progress max={done.total} value={done.done} aria-label={t("working_out")} />}
        </p>
      )}
      {trouble && <p class="notice bad" role="alert">{trouble}</p>}
      {told && (
        <div class={done ? "stale" : ""}>
          <Figure
            name="tornado"
            title={t("tornado_title", { outcome: word("outcome", outcome) })}
            caption={t("tornado_caption", { futures: fixed(answer?.futures ?? futures), total: `${short(told.total * factor)}\u00a0${unit}` })}
            digits={2}
            table={() => ({
              columns: [t("lever"), `${t("effect")}, ${unit}`, t("standard_error"), t("share.p05"), t("share.p95")],
              rows: rows.map((row) => [row.title, row.value * factor, row.standard_error * factor, scaled(row.p05), scaled(row.p95)]),
            })}
          >
            <Tornado
              rows={rows.map((row) => ({ name: row.title, value: row.value * factor, low: scaled(row.p05), high: scaled(row.p95) }))}
              unit={unit}
              digits={2}
              wide={wide}
              label={`${t("tornado_title", { outcome: word("outcome", outcome) })}. ${rows.map((row) => `${row.title} ${fixed(row.value * factor, 2)}`).join(t("list_comma"))}`}
            />
          </Figure>
          {answer && (
            <dl class="glossary">
              {([["idle", answer.idle], ["elsewhere", answer.elsewhere], ["tracked", answer.tracked]] as const).map(([kind, names]) =>
                names.length > 0 ? (
                  <div key={kind}>
                    <dt>{t(`drivers.${kind}`)}</dt>
                    <dd>{names.map((name) => word("lever", name)).join(t("list_comma"))}</dd>
                  </div>
                ) : null,
              )}
            </dl>
          )}
        </div>
      )}
    </>
  );
}
