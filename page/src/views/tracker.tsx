/** What was promised, what stands and who says otherwise; and how far each action of the plan has got. */

import { useEffect, useState } from "preact/hooks";
import { get, type ActionDetail, type Plan, type Said, type Tracker, type TrackStatus } from "../api";
import type { Change } from "../app";
import { day, fixed, gw, mw, NOTHING, percent } from "../numbers";
import { Grade } from "../parts/levers";
import type { State } from "../state";
import { t, word } from "../words";
import { saveTable } from "../parts/download";

const PLAN = "plan";

function Cite({ source, address, grade }: { source: string; address: string; grade: string }) {
  return (
    <span class="meta">
      {address ? (
        <a href={address} target="_blank" rel="noreferrer noopener" lang="en">
          {source}
        </a>
      ) : (
        <span lang="en">{source}</span>
      )}{" "}
      {grade && <Grade grade={grade} />}
    </span>
  );
}

function Voice({ said }: { said: Said }) {
  return (
    <div class="voice">
      <p>
        <b>{day(said.on)}</b> <span class="meta">{word("kind", said.kind)}</span>
      </p>
      <p lang="en">{said.text}</p>
      <Cite {...said} />
    </div>
  );
}

function Status({ status }: { status: TrackStatus }) {
  const slips = status.schedule.filter((item) => (item.slip_days ?? 0) !== 0);
  return (
    <article class="status-detail" aria-labelledby="status-name">
      <h2 id="status-name" lang="en">
        {status.name}
      </h2>
      <p>
        {t("tracker_stands", {
          facility: mw(status.energised_facility_mw),
          it: mw(status.energised_it_mw),
          promised: gw(status.headline?.promised_mw),
          share: percent(status.share),
        })}
      </p>
      {status.pledges.length > 0 && (
        <section aria-labelledby="status-pledges">
          <h3 id="status-pledges">{t("pledges")}</h3>
          <ul class="records">
            {status.pledges.map((pledge) => (
              <li key={pledge.id}>
                <p>
                  <b>{day(pledge.announced)}</b> <span lang="en">{pledge.promised}</span>
                </p>
                <p class="meta">
                  {pledge.id} · {gw(pledge.promised_mw)} · {t("due")} {day(pledge.deadline)} · {word("verdict", pledge.verdict)}
                </p>
                {pledge.status && (
                  <p class="meta" lang="en">
                    {pledge.status}
                  </p>
                )}
                <Cite {...pledge} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {status.contradictions.length > 0 && (
        <section aria-labelledby="status-against">
          <h3 id="status-against">{t("contradictions")}</h3>
          {status.contradictions.map((one, index) => (
            <div key={index} class="sides">
              <Voice said={one.said} />
              <div class="others">
                {one.against.map((other) => (
                  <Voice key={other.id} said={other} />
                ))}
              </div>
            </div>
          ))}
        </section>
      )}
      {status.sites.length > 0 && (
        <section aria-labelledby="status-sites">
          <h3 id="status-sites">{t("sites")}</h3>
          <div class="scroll" tabIndex={0} role="region" aria-label={t("table_of", { title: t("sites") })}>
            <table class="data">
              <thead>
                <tr>
                  <th scope="col">{t("site")}</th>
                  <th scope="col" class="n">{t("energised_facility")}</th>
                  <th scope="col" class="n">{t("energised_it")}</th>
                  <th scope="col">{t("next_step")}</th>
                  <th scope="col">{t("seen")}</th>
                  <th scope="col">{t("source")}</th>
                </tr>
              </thead>
              <tbody>
                {status.sites.map((site) => (
                  <tr key={site.site_id}>
                    <th scope="row" lang="en">{site.name}</th>
                    <td class="n">{mw(site.energised_facility_mw)}</td>
                    <td class="n">{mw(site.energised_it_mw)}</td>
                    <td>{site.ahead[0] ? `${mw(site.ahead[0].facility_mw)}, ${day(site.ahead[0].on)}` : NOTHING}</td>
                    <td>
                      {site.observation_at && <span class="meta">{day(site.observation_at)} </span>}
                      <span lang="en">{site.observation}</span>
                    </td>
                    <td>
                      <Cite {...site} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
      {slips.length > 0 && (
        <section aria-labelledby="status-schedule">
          <h3 id="status-schedule">{t("schedule")}</h3>
          <ul class="records">
            {slips.map((item) => (
              <li key={`${item.site_id}-${item.facility_mw}`}>
                <b lang="en">{item.site}</b> {mw(item.facility_mw)}
                {t("colon")}
                {item.said.map((said) => day(said.on)).filter((text, index, all) => text !== all[index - 1]).join(" → ")}{" "}
                <span class="meta">{t("slipped", { days: fixed(item.slip_days) })}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {status.events.length > 0 && (
        <section aria-labelledby="status-events">
          <h3 id="status-events">{t("events")}</h3>
          <ul class="records">
            {[...status.events].reverse().map((event) => (
              <li key={event.event_id}>
                <p>
                  <b>{day(event.on)}</b> <span class="meta">{word("kind", event.kind)}</span> <span lang="en">{event.event}</span>
                </p>
                {event.bearing && (
                  <p class="meta" lang="en">
                    {event.bearing}
                  </p>
                )}
                <Cite {...event} />
              </li>
            ))}
          </ul>
          <div class="tools">
            <button
              type="button"
              data-download="csv"
              aria-label={`${t("download_csv")}: ${t("events")}`}
              onClick={() =>
                saveTable(
                  `events-${status.name.replace(/\W+/g, "-")}`,
                  {
                    columns: [t("day"), t("kind_column"), t("site"), t("event"), t("source"), t("address"), t("grade_column")],
                    rows: status.events.map((event) => [event.on, event.kind, event.site, event.event, event.source, event.address, event.grade]),
                  },
                  [status.name],
                )
              }
            >
              CSV
            </button>
          </div>
        </section>
      )}
    </article>
  );
}

function Evidence({ id }: { id: string }) {
  const [detail, setDetail] = useState<ActionDetail | null>(null);
  useEffect(() => {
    const control = new AbortController();
    get<{ actions: readonly ActionDetail[] }>(`api/plan/${encodeURIComponent(id)}`, control.signal).then(
      (answer) => setDetail(answer.actions[0] ?? null),
      () => undefined,
    );
    return () => control.abort();
  }, [id]);
  if (!detail) return <p class="wait">{t("loading")}</p>;
  return (
    <div class="behind">
      <p lang="en">{detail.text}</p>
      <p class="meta">
        {detail.agencies.join(", ")}
        {detail.page ? ` · ${t("page_of_plan", { page: fixed(detail.page) })}` : ""}
        {detail.lever ? ` · ${t("lever")}${t("colon")}${word("lever", detail.lever)}` : ""}
      </p>
      {detail.evidence.length === 0 && <p class="meta">{t("no_evidence")}</p>}
      <ul class="records">
        {detail.evidence.map((one) => (
          <li key={one.event}>
            <b>{day(one.date)}</b> <span lang="en">{one.what}</span> <Cite {...one} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function PlanStatus() {
  const [plan, setPlan] = useState<Plan | null>(null);
  const [open, setOpen] = useState("");
  useEffect(() => {
    const control = new AbortController();
    get<Plan>("api/plan", control.signal).then(setPlan, () => undefined);
    return () => control.abort();
  }, []);
  if (!plan) return <p class="wait">{t("loading")}</p>;
  const stages = [0, 1, 2, 3];
  return (
    <article class="status-detail" aria-labelledby="plan-name">
      <h2 id="plan-name">{t("plan")}</h2>
      <p>
        {t("plan_counts", {
          day: day(plan.as_of),
          actions: fixed(plan.by_action.length),
          none: fixed(plan.counts[0]),
          begun: fixed(plan.counts[1]),
          partly: fixed(plan.counts[2]),
          force: fixed(plan.counts[3]),
        })}
      </p>
      <ul class="key">
        {stages.map((stage) => (
          <li key={stage}>
            <span class={`stage stage${stage}`} /> {word("stage", String(stage))}
          </li>
        ))}
      </ul>
      {plan.sections.map((section) => (
        <section key={section.section} class="plan-section" aria-label={section.title}>
          <h3>
            <span class="meta">{section.section}</span> <span lang="en">{section.title}</span>
          </h3>
          <ul class="plan-actions">
            {plan.by_action
              .filter((action) => action.section === section.section)
              .map((action) => (
                <li key={action.id} class={open === action.id ? "wide" : ""}>
                  <button type="button" class="plain" aria-expanded={open === action.id} onClick={() => setOpen(open === action.id ? "" : action.id)}>
                    <span class={`stage stage${action.stage}`} aria-hidden="true" /> {action.id}
                    <span class="hidden"> {word("stage", String(action.stage))}</span>
                  </button>
                  {open === action.id && <Evidence id={action.id} />}
                </li>
              ))}
          </ul>
        </section>
      ))}
    </article>
  );
}

export function TrackerView({ state, change }: { state: State; change: Change }) {
  const [tracker, setTracker] = useState<Tracker | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    const control = new AbortController();
    get<Tracker>("api/tracker", control.signal).then(setTracker, (error: unknown) => {
      if (!control.signal.aborted) setTrouble(error instanceof Error ? error.message : String(error));
    });
    return () => control.abort();
  }, []);
  if (!tracker)
    return (
      <>
        <h1>{t("view.tracker")}</h1>
        <p class="wait" role="status">{trouble || t("loading")}</p>
      </>
    );
  const chosen = state.subject === PLAN ? PLAN : (tracker.statuses.find((status) => status.name === state.subject)?.name ?? tracker.statuses[0]?.name ?? PLAN);
  const status = tracker.statuses.find((one) => one.name === chosen);
  return (
    <>
      <h1>{t("view.tracker")}</h1>
      <p class="caption">{t("tracker_caption", { day: day(tracker.as_of) })}</p>
      <div class="tracker">
        <nav aria-label={t("programmes")}>
          <ul class="subjects">
            <li>
              <button type="button" aria-pressed={chosen === PLAN} onClick={() => change({ subject: PLAN })}>
                {t("plan")}
              </button>
            </li>
            {tracker.statuses.map((one) => (
              <li key={one.name}>
                <button type="button" aria-pressed={chosen === one.name} onClick={() => change({ subject: one.name })}>
                  <span lang="en">{one.name}</span>
                  <span class="meta">
                    {gw(one.energised_facility_mw)}
                    {one.headline?.promised_mw ? ` / ${gw(one.headline.promised_mw)}` : ""}
                  </span>
                  <span class="share" aria-hidden="true">
                    <i style={{ width: `${100 * Math.min(1, one.share ?? 0)}%` }} />
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </nav>
        {status ? <Status status={status} /> : <PlanStatus />}
      </div>
    </>
  );
}
