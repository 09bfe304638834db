/** The shell: what is shown, in which language and shade, and the answers that the views read. */

import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, pause, post, scenarioOf, type About, type LeversAnswer, type Outcomes } from "./api";
import { Moves } from "./moves";
import { day, fixed } from "./numbers";
import { Origin, Shade } from "./parts/context";
import { saveText } from "./parts/download";
import { LeverPanel } from "./parts/levers";
import { readState, VIEWS, writeState, type State, type View } from "./state";
import { CompareView } from "./views/compare";
import { DriversView } from "./views/drivers";
import { LimitsView } from "./views/limits";
import { OutlookView } from "./views/outlook";
import { TrackerView } from "./views/tracker";
import { WORLD_SERIES, WorldView } from "./views/world";
import { known, speak, t, word } from "./words";
import type { ComponentType } from "preact";
import type { MapProps } from "./views/map";

const WITH_LEVERS: readonly View[] = ["outlook", "limits", "world", "drivers", "compare"];
const DIGEST_SHOWN = 8;
/** Enough to rank levers, few enough to wait for. */
const STUDY_FUTURES = 256;

export type Change = (change: Partial<State>, keep?: boolean) => void;

function useAbout(): { about: About | null; trouble: string } {
  const [about, setAbout] = useState<About | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    let wanted = true;
    void (async () => {
      while (wanted) {
        try {
          const answer = await get<About>("api/about");
          if (!wanted) return;
          setTrouble("");
          setAbout(answer);
          if (answer.ready) return;
        } catch (error) {
          setTrouble(error instanceof Error ? error.message : String(error));
        }
        await pause(500);
      }
    })();
    return () => {
      wanted = false;
    };
  }, []);
  return { about, trouble };
}

/** The map and its boundaries come when they are looked at. */
function LazyMap(props: MapProps) {
  const [View, setView] = useState<ComponentType<MapProps>>();
  useEffect(() => {
    void import("./views/map").then((module) => setView(() => module.MapView));
  }, []);
  return View ? <View {...props} /> : <p class="wait">{t("loading")}</p>;
}

function ShareLink({ about }: { about: About }) {
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    const state = { ...readState(location.hash), facts: about.facts_digest.slice(0, DIGEST_SHOWN) };
    history.replaceState(null, "", writeState(state));
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      // Where the clipboard is closed to pages, the address bar holds the same link.
    }
    setDone(true);
    setTimeout(() => setDone(false), 2500);
  };
  return (
    <button type="button" onClick={() => void copy()}>
      <span aria-live="polite">{done ? t("link_copied") : t("copy_link")}</span>
    </button>
  );
}

export function App() {
  const [state, setState] = useState<State>(() => readState(location.hash));
  const { about, trouble } = useAbout();
  const [levers, setLevers] = useState<LeversAnswer | null>(null);
  const [outcomes, setOutcomes] = useState<Outcomes | null>(null);
  const [refining, setRefining] = useState(false);
  const [refusal, setRefusal] = useState("");
  const [sheet, setSheet] = useState(false);
  const [moved, setMoved] = useState(0);
  const moves = useRef<Moves | null>(null);
  const main = useRef<HTMLElement>(null);
  speak(state.language);
  document.documentElement.dataset["theme"] = state.theme;

  const scenario = state.scenario || about?.default_scenario || "";
  const series = useMemo(() => (state.view === "world" ? WORLD_SERIES : null), [state.view]);

  const change = useCallback<Change>((part, keep = false) => {
    const next = { ...readState(location.hash), ...part };
    const address = writeState(next);
    if (keep) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    setState(next);
  }, []);

  useEffect(() => {
    const back = (): void => {
      setState(readState(location.hash));
      setMoved((count) => count + 1);
    };
    addEventListener("popstate", back);
    addEventListener("hashchange", back);
    return () => {
      removeEventListener("popstate", back);
      removeEventListener("hashchange", back);
    };
  }, []);

  useEffect(() => {
    document.title = `${t(`view.${state.view}`)} · Stargauge`;
  }, [state.view, state.language]);

  useEffect(() => {
    if (!about?.ready || !scenario) return;
    const control = new AbortController();
    get<LeversAnswer>(`api/levers?scenario=${encodeURIComponent(scenario)}`, control.signal).then(setLevers, (error: unknown) => {
      if (!control.signal.aborted) setRefusal(error instanceof Error ? error.message : String(error));
    });
    return () => control.abort();
  }, [about?.ready, scenario]);

  useEffect(() => {
    if (!about?.ready) return;
    const engine = new Moves(about.limits.preview_futures, about.limits.refined_futures, {
      answered: (answer) => {
        setRefusal("");
        setOutcomes(answer);
      },
      refused: setRefusal,
      waiting: setRefining,
    });
    moves.current = engine;
    return () => engine.stop();
  }, [about?.ready]);

  const current = useCallback(
    (set: State["levers"]) => ({ scenario: scenarioOf(scenario, set), series: series && [...series] }),
    [scenario, series],
  );
  const needsAnswer = WITH_LEVERS.includes(state.view);
  useEffect(() => {
    if (about?.ready && scenario && needsAnswer) moves.current?.jump(current(readState(location.hash).levers));
  }, [about?.ready, current, moved, needsAnswer]);

  const onMove = useCallback(
    (name: string, intensity: number | null): void => {
      const set = { ...readState(location.hash).levers };
      if (intensity === null) delete set[name];
      else set[name] = intensity;
      moves.current?.move(current(set));
      change({ levers: set });
    },
    [change, current],
  );
  const onReset = useCallback((): void => {
    moves.current?.jump(current({}));
    change({ levers: {} });
  }, [change, current]);

  const origin = useMemo(() => {
    if (!outcomes || !about) return [];
    const set = Object.entries(state.levers).map(([name, intensity]) => `${name} ${intensity}`);
    return [
      t("origin_run", { scenario, levers: set.join(", ") || t("no_levers"), futures: fixed(outcomes.futures), seed: String(outcomes.seed) }),
      t("origin_facts", { version: outcomes.version, day: outcomes.facts_as_of, digest: outcomes.facts_digest.slice(0, 16), scenario: outcomes.digest.slice(0, 16) }),
    ];
  }, [outcomes, about, state.levers, scenario, state.language]);

  const setCount = Object.keys(state.levers).length;
  const stale = about && state.facts && !about.facts_digest.startsWith(state.facts);
  const go = (view: View): void => {
    change({ view, subject: "" }, true);
    setSheet(false);
    main.current?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  };

  return (
    <Shade.Provider value={state.theme}>
      <Origin.Provider value={origin}>
        <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
          {t("skip")}
        </a>
        <header class="mast">
          <p class="name">
            <b>Stargauge</b> <span>{t("tagline")}</span>
          </p>
          <div class="settings">
            {about && (
              <label class="pick">
                <span>{t("scenario")}</span>
                <select value={scenario} onChange={(event) => change({ scenario: event.currentTarget.value }, true)}>
                  {about.scenarios.map((one) => (
                    <option key={one.name} value={one.name}>
                      {known("scenario", one.name) ? word("scenario", one.name) : one.title}
                    </option>
                  ))}
                </select>
              </label>
            )}
            {about && <ShareLink about={about} />}
            {about?.ready && (
              <button
                type="button"
                onClick={() =>
                  void post<{ yaml: string }>("api/scenario/check", { scenario: scenarioOf(scenario, state.levers) }).then(
                    (checked) => saveText("scenario.yaml", checked.yaml),
                    (error: unknown) => setRefusal(error instanceof Error ? error.message : String(error)),
                  )
                }
              >
                {t("save_scenario")}
              </button>
            )}
            <button type="button" lang={state.language === "en" ? "zh-Hant" : "en"} data-language onClick={() => change({ language: state.language === "en" ? "zh-Hant" : "en" })}>
              {t("other_language")}
            </button>
            <button type="button" data-theme-switch onClick={() => change({ theme: state.theme === "dark" ? "light" : "dark" })}>
              {state.theme === "dark" ? t("light") : t("dark")}
            </button>
          </div>
        </header>
        <nav aria-label={t("views")}>
          <ul class="views">
            {VIEWS.map((view) => (
              <li key={view}>
                <a
                  href={writeState({ ...state, view, subject: "" })}
                  aria-current={state.view === view ? "page" : undefined}
                  onClick={(event) => {
                    event.preventDefault();
                    go(view);
                  }}
                >
                  {t(`view.${view}`)}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {stale && <p class="notice" role="status">{t("facts_moved", { digest: state.facts, now: about.facts_digest.slice(0, DIGEST_SHOWN) })}</p>}
        {(refusal || trouble) && <p class="notice bad" role="alert">{refusal || `${t("no_server")} ${trouble}`}</p>}
        <div class={needsAnswer ? "frame" : "frame wide"}>
          {needsAnswer && (
            <aside class={sheet ? "levers open" : "levers"} aria-label={t("levers")}>
              <button type="button" class="sheet-handle" aria-expanded={sheet} onClick={() => setSheet(!sheet)}>
                {setCount > 0 ? t("levers_moved", { count: fixed(setCount) }) : t("levers")}
              </button>
              <h2>{t("levers")}</h2>
              {levers ? <LeverPanel levers={levers.levers} set={state.levers} onMove={onMove} onReset={onReset} /> : <p class="wait">{t("loading")}</p>}
            </aside>
          )}
          <main id="main" ref={main} tabIndex={-1}>
            {needsAnswer && state.view !== "compare" && <Status outcomes={outcomes} about={about} refining={refining} />}
            {state.view === "outlook" && <OutlookView outcomes={outcomes} state={state} change={change} />}
            {state.view === "limits" && <LimitsView outcomes={outcomes} />}
            {state.view === "world" && <WorldView outcomes={outcomes} />}
            {state.view === "drivers" && about?.ready && scenario && <DriversView futures={Math.min(STUDY_FUTURES, about.limits.study_futures)} scenario={scenarioOf(scenario, state.levers)} state={state} change={change} />}
            {state.view === "map" && <LazyMap state={state} change={change} />}
            {state.view === "tracker" && <TrackerView state={state} change={change} />}
            {state.view === "compare" && about?.ready && <CompareView about={about} scenario={scenario} state={state} change={change} />}
          </main>
        </div>
        <footer>
          <p>{t("footer_model")}</p>
          {outcomes && about && (
            <p class="meta">
              {t("footer_record", { version: about.version, day: day(outcomes.facts_as_of), seed: String(outcomes.seed) })} <code>{outcomes.digest.slice(0, 16)}</code>
            </p>
          )}
        </footer>
      </Origin.Provider>
    </Shade.Provider>
  );
}

function Status({ outcomes, about, refining }: { outcomes: Outcomes | null; about: About | null; refining: boolean }) {
  if (!outcomes) return <p class="status wait" role="status">{about && !about.ready ? t("warming_up") : t("loading")}</p>;
  return (
    <p class="status" data-futures={outcomes.futures} data-preview={String(outcomes.preview)}>
      <span class={outcomes.preview ? "badge preview" : "badge"}>{outcomes.preview ? t("preview") : t("refined")}</span>{" "}
      <span role="status">{outcomes.preview ? "" : t("status_refined", { futures: fixed(outcomes.futures) })}</span>
      {outcomes.preview && t(refining ? "status_refining" : "status_preview", { futures: fixed(outcomes.futures) })}
      {" · "}
      {t("status_as_of", { day: day(outcomes.scenario.as_of), end: day(outcomes.scenario.end) })}
    </p>
  );
}
