/** All that the page shows is named by the part of its address behind `#`: who opens the address sees the same. */

import type { Levers } from "./api";

export const VIEWS = ["outlook", "limits", "world", "drivers", "map", "tracker", "compare"] as const;
export type View = (typeof VIEWS)[number];
export type Language = "en" | "zh-Hant";
export type Theme = "light" | "dark";

export interface State {
  view: View;
  language: Language;
  theme: Theme;
  scenario: string;
  levers: Levers;
  programme: string;
  outcome: string;
  year: string;
  first: string;
  second: string;
  subject: string;
  kv: string;
  facts: string;
}

export const MINE = "mine";
/** The programmes that have a name: what was pledged is held against these. */
export const NAMED = "all named";

const LEVER = /^([a-z_]+)~([01](?:\.\d{1,3})?)$/;

function readLevers(text: string): Levers {
  const levers: Levers = {};
  for (const part of text.split(".and.")) {
    const match = LEVER.exec(part);
    if (match?.[1] && match[2]) levers[match[1]] = Math.min(1, Number(match[2]));
  }
  return levers;
}

const writeLevers = (levers: Levers): string =>
  Object.entries(levers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, intensity]) => `${name}~${Number(intensity.toFixed(3))}`)
    .join(".and.");

function wantedLanguage(): Language {
  const wanted = navigator.languages.find((tag) => /^(zh|en)/i.test(tag)) ?? "en";
  return wanted.toLowerCase().startsWith("zh") ? "zh-Hant" : "en";
}

const wantedTheme = (): Theme => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

export function readState(hash: string): State {
  const query = new URLSearchParams(hash.replace(/^#/, ""));
  const view = query.get("view") as View | null;
  const language = query.get("lang");
  const theme = query.get("theme");
  return {
    view: view && VIEWS.includes(view) ? view : "outlook",
    language: language === "en" || language === "zh-Hant" ? language : wantedLanguage(),
    theme: theme === "light" || theme === "dark" ? theme : wantedTheme(),
    scenario: query.get("scenario") ?? "",
    levers: readLevers(query.get("levers") ?? ""),
    programme: query.get("programme") ?? NAMED,
    outcome: query.get("outcome") ?? "",
    year: query.get("year") ?? "",
    first: query.get("first") ?? "",
    second: query.get("second") ?? MINE,
    subject: query.get("subject") ?? "",
    kv: query.get("kv") ?? "0",
    facts: query.get("facts") ?? "",
  };
}

export function writeState(state: State): string {
  const query = new URLSearchParams();
  query.set("view", state.view);
  query.set("lang", state.language);
  query.set("theme", state.theme);
  if (state.scenario) query.set("scenario", state.scenario);
  const levers = writeLevers(state.levers);
  if (levers) query.set("levers", levers);
  if (state.programme !== NAMED) query.set("programme", state.programme);
  if (state.outcome) query.set("outcome", state.outcome);
  if (state.year) query.set("year", state.year);
  if (state.first) query.set("first", state.first);
  if (state.second !== MINE) query.set("second", state.second);
  if (state.subject) query.set("subject", state.subject);
  if (state.kv !== "0") query.set("kv", state.kv);
  if (state.facts) query.set("facts", state.facts);
  return `#${query.toString()}`;
}
