/** Sliders of the policy levers by pillar, each with the actions behind it and the source of its effect. */

import { useState } from "preact/hooks";
import type { Effect, Lever, Levers } from "../api";
import { day, fixed, percent, short, whole } from "../numbers";
import { known, t, word } from "../words";

interface Props {
  levers: readonly Lever[];
  set: Levers;
  onMove(name: string, intensity: number | null): void;
  onReset(): void;
}

const PILLARS = ["I", "II", "III", ""] as const;
const STEP = 0.05;

function EffectText({ effect }: { effect: Effect }) {
  const share = effect.unit === "ratio" || effect.unit === "share";
  const value = (number: number): string => (share ? percent(number) : short(number));
  const unit = share ? "" : `\u00a0${word("unit", effect.unit)}`;
  return (
    <p class="effect">
      <span lang="en">{effect.title}</span>
      {t("colon")}
      <b>{`${value(effect.p50)}${unit}`}</b> {t("range", { low: value(effect.p05), high: value(effect.p95) })}.{" "}
      <span class="meta">
        {t("source")}
        {t("colon")}
        {effect.address ? (
          <a href={effect.address} target="_blank" rel="noreferrer noopener" lang="en">
            {effect.source}
          </a>
        ) : (
          <span lang="en">{effect.source}</span>
        )}{" "}
        <Grade grade={effect.grade} />
      </span>
    </p>
  );
}

/** Levers of delivery, and those of position among the blocs: all that have an effect with a source. */
const hasSlider = (lever: Lever): boolean => lever.modelled || (lever.effect !== null && lever.because === "");

export function Grade({ grade }: { grade: string }) {
  return (
    <abbr class="grade" title={word("grade", grade)}>
      {grade}
    </abbr>
  );
}

function Behind({ lever }: { lever: Lever }) {
  return (
    <div class="behind">
      {lever.effect && <EffectText effect={lever.effect} />}
      {!lever.modelled && lever.because && (
        <p class="meta" lang="en">
          {lever.because}
        </p>
      )}
      {lever.actions.length === 0 ? (
        <p class="meta">{t("no_actions")}</p>
      ) : (
        <ul class="actions">
          {lever.actions.map((action) => (
            <li key={action.id}>
              <span class={`stage stage${action.stage}`} /> <b>{action.id}</b> <span lang="en">{action.title}</span>{" "}
              <span class="meta">
                {word("stage", String(action.stage))}
                {action.since ? ` ${t("since", { day: day(action.since) })}` : ""}
                {action.agencies.length > 0 ? ` · ${action.agencies.join(", ")}` : ""}
                {action.page ? ` · ${t("page_of_plan", { page: fixed(action.page) })}` : ""}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Where the plan itself is expected to bring a lever, as a share of what was open on the as-of day. */
function expected(lever: Lever): number {
  const now = lever.now ?? 0;
  const end = lever.expected_end ?? now;
  return now >= 1 ? 1 : Math.max(0, Math.min(1, (end - now) / (1 - now)));
}

function Slider({ lever, value, onMove }: { lever: Lever; value: number | undefined; onMove: Props["onMove"] }) {
  const [open, setOpen] = useState(false);
  const own = lever.set[lever.set.length - 1]?.intensity;
  const shown = value ?? own ?? expected(lever);
  const id = `lever-${lever.name}`;
  const title = known("lever", lever.name) ? word("lever", lever.name) : lever.name;
  const said =
    value !== undefined ? whole(value) : own !== undefined ? t("scenario_sets", { amount: whole(own) }) : t("plan_decides");
  return (
    <li class={value === undefined ? "lever" : "lever moved"}>
      <div class="lever-head">
        <label for={id}>{title}</label>
        <output for={id}>{said}</output>
      </div>
      <input
        id={id}
        type="range"
        min={0}
        max={1}
        step={STEP}
        value={shown}
        aria-valuetext={said}
        title={word("meaning", lever.name)}
        onInput={(event) => onMove(lever.name, Number(event.currentTarget.value))}
      />
      <div class="lever-foot">
        <span class="meta">
          {lever.now === null
            ? t("no_action_drives")
            : t("lever_stands", { now: whole(lever.now), end: whole(lever.expected_end ?? lever.now) })}
        </span>
        {value !== undefined && (
          <button type="button" class="plain" onClick={() => onMove(lever.name, null)} aria-label={`${t("back_to_plan")}: ${title}`}>
            {t("back_to_plan")}
          </button>
        )}
        <button type="button" class="plain" aria-expanded={open} onClick={() => setOpen(!open)} aria-label={`${open ? t("less") : t("behind")}: ${title}`}>
          {open ? t("less") : t("behind")}
        </button>
      </div>
      {open && (
        <>
          <p class="meaning">{word("meaning", lever.name)}</p>
          <Behind lever={lever} />
        </>
      )}
    </li>
  );
}

function Tracked({ lever }: { lever: Lever }) {
  const [open, setOpen] = useState(false);
  const title = word("lever", lever.name);
  return (
    <li class="tracked">
      <button type="button" class="plain" aria-expanded={open} onClick={() => setOpen(!open)}>
        {title}
      </button>
      {lever.now !== null && <span class="meta"> {whole(lever.now)}</span>}
      {open && (
        <>
          <p class="meaning">{word("meaning", lever.name)}</p>
          <Behind lever={lever} />
        </>
      )}
    </li>
  );
}

export function LeverPanel({ levers, set, onMove, onReset }: Props) {
  const moved = Object.keys(set).length;
  return (
    <div class="lever-list">
      <p class="meta intro">{t("levers_intro")}</p>
      <p class="lever-all">
        <button type="button" onClick={onReset} disabled={moved === 0}>
          {t("reset_all")}
        </button>
      </p>
      {PILLARS.map((pillar) => {
        const own = levers.filter((lever) => (PILLARS.includes(lever.pillar as (typeof PILLARS)[number]) ? lever.pillar : "") === pillar);
        const modelled = own.filter(hasSlider);
        const tracked = own.filter((lever) => !hasSlider(lever));
        if (own.length === 0) return null;
        return (
          <section key={pillar} class="pillar" aria-label={word("pillar", pillar || "none")}>
            <h3>{word("pillar", pillar || "none")}</h3>
            {modelled.length > 0 && (
              <ul class="sliders">
                {modelled.map((lever) => (
                  <Slider key={lever.name} lever={lever} value={set[lever.name]} onMove={onMove} />
                ))}
              </ul>
            )}
            {tracked.length > 0 && (
              <details>
                <summary>{t("tracked_levers", { count: fixed(tracked.length) })}</summary>
                <ul class="tracked-list">
                  {tracked.map((lever) => (
                    <Tracked key={lever.name} lever={lever} />
                  ))}
                </ul>
              </details>
            )}
          </section>
        );
      })}
    </div>
  );
}
