/** What the server says and what it is asked: one type an answer, and the one function that asks. */

export type Levers = Record<string, number>;
export interface Scenario {
  stargauge: 1;
  name: string;
  extends: string;
  levers?: Levers;
}
export type Numbers = readonly (number | null)[];
export interface Fan {
  unit: string;
  p05: Numbers;
  p25: Numbers;
  p50: Numbers;
  p75: Numbers;
  p95: Numbers;
  mean: Numbers;
}
export interface About {
  version: string;
  facts_as_of: string;
  facts_digest: string;
  default_scenario: string;
  scenarios: readonly { name: string; title: string; description: string; as_of: string; digest: string }[];
  limits: { preview_futures: number; refined_futures: number; study_futures: number };
  ready: boolean;
}
export interface Effect {
  fact: string;
  title: string;
  p05: number;
  p50: number;
  p95: number;
  unit: string;
  source: string;
  address: string;
  grade: string;
}
export interface PlanAction {
  id: string;
  title: string;
  stage: number;
  since: string | null;
  page: number | null;
  agencies: readonly string[];
}
export interface Lever {
  name: string;
  pillar: string;
  meaning: string;
  modelled: boolean;
  acts_on: string;
  because: string;
  effect: Effect | null;
  actions: readonly PlanAction[];
  now: number | null;
  expected_end: number | null;
  set: readonly { from: string; intensity: number }[];
}
export interface LeversAnswer {
  scenario: string;
  as_of: string;
  strategy: string;
  levers: readonly Lever[];
}
export interface Pledge {
  pledge_id: string;
  programme: string;
  promised: string;
  announced: string;
  due_mw: number;
  basis: string;
  due_facility_mw: number;
  deadline: string;
  standing_mw: number;
  chance_in_time: number | null;
  chance_error: number;
  chance_by_end: number;
  reached_p10: string | null;
  reached_p50: string | null;
  reached_p90: string | null;
  source: string;
  address: string;
  grade: string;
}
export interface Programme {
  name: string;
  country: string;
  energised_mw: number;
  announced_mw: number;
  lateness: Lateness;
}
export interface Lateness {
  total_months: number | null;
  by_cause_months: Record<string, number>;
  unexplained_months: number | null;
  early_months: number | null;
}
export type HeadlineValue = string | number | null | readonly { cause: string; months: number }[];
export interface HeadlineItem {
  id: string;
  key: string;
  values: Record<string, HeadlineValue>;
}
export interface RegionLimits {
  region: string;
  years: readonly { year: number; waiting_mw: Record<string, number | null>; binds: string | null }[];
  binds_first: string | null;
  binds_first_year: number | null;
}
export interface Limits {
  least_waiting_mw: number;
  limits: readonly string[];
  regions: readonly RegionLimits[];
}
export interface Outcomes {
  digest: string;
  seed: number;
  futures: number;
  preview: boolean;
  cached: boolean;
  milliseconds: number;
  facts_as_of: string;
  facts_digest: string;
  version: string;
  scenario: { name: string; title: string; as_of: string; start: string; end: string };
  months: readonly string[];
  as_of_month: number;
  headline: readonly HeadlineItem[];
  pledges: readonly Pledge[];
  programmes: readonly Programme[];
  paths: Record<string, Fan>;
  pledged: { months: readonly string[]; mw: Numbers } | null;
  classes: { months: readonly string[]; shares: Record<string, Numbers> } | null;
  limits: Limits | null;
}
export interface Difference {
  name: string;
  title: string;
  unit: string;
  first: number | null;
  second: number | null;
  difference: number | null;
  standard_error: number | null;
  p05: number | null;
  p95: number | null;
  higher: number | null;
  lower: number | null;
}
export interface Comparison {
  futures: number;
  seed: number;
  preview: boolean;
  first: { name: string; title: string; digest: string };
  second: { name: string; title: string; digest: string };
  changes: readonly { field: string; first: string; second: string }[];
  differences: readonly Difference[];
  same: readonly string[];
  missing: readonly string[];
  months: readonly string[];
  paths: Record<string, Fan>;
}
export interface LeverEffect {
  lever: string;
  pillar: string;
  value: number;
  standard_error: number;
  p05: number | null;
  p95: number | null;
}
export interface EffectsAnswer {
  state: "ready" | "working";
  digest: string;
  done: number;
  total: number;
  answer: {
    futures: number;
    outcomes: readonly { name: string; title: string; unit: string; total: number; levers: readonly LeverEffect[] }[];
    idle: readonly string[];
    elsewhere: readonly string[];
    tracked: readonly string[];
  } | null;
}
export interface Said {
  id: string;
  on: string;
  kind: string;
  text: string;
  source: string;
  address: string;
  grade: string;
}
export interface TrackEvent {
  event_id: string;
  on: string;
  kind: string;
  site: string;
  event: string;
  bearing: string;
  source: string;
  address: string;
  grade: string;
}
export interface TrackPledge {
  id: string;
  announced: string;
  promised: string;
  promised_mw: number | null;
  basis: string;
  deadline: string | null;
  verdict: string;
  status: string;
  energised_mw: number | null;
  share: number | null;
  source: string;
  address: string;
  grade: string;
}
export interface TrackSite {
  site_id: string;
  name: string;
  energised_facility_mw: number | null;
  energised_it_mw: number | null;
  since: string | null;
  ahead: readonly { facility_mw: number; on: string | null; overdue: boolean }[];
  observation: string;
  observation_at: string | null;
  source: string;
  address: string;
  grade: string;
}
export interface TrackStatus {
  name: string;
  headline: TrackPledge | null;
  share: number | null;
  energised_facility_mw: number | null;
  energised_it_mw: number | null;
  sites_energised: number;
  pledges: readonly TrackPledge[];
  sites: readonly TrackSite[];
  contradictions: readonly { said: Said; against: readonly Said[]; rules: readonly string[] }[];
  schedule: readonly {
    site_id: string;
    site: string;
    facility_mw: number;
    said: readonly { edition: string; on: string | null; kind: string }[];
    slip_days: number | null;
  }[];
  events: readonly TrackEvent[];
}
export interface Tracker {
  as_of: string;
  statuses: readonly TrackStatus[];
}
export interface Plan {
  strategy: string;
  as_of: string;
  counts: readonly number[];
  pillars: readonly { pillar: number; title: string; counts: readonly number[] }[];
  sections: readonly { section: string; pillar: number; title: string; counts: readonly number[] }[];
  by_action: readonly { id: string; pillar: number; section: string; stage: number; since: string | null }[];
}
export interface ActionDetail {
  id: string;
  text: string;
  page: number | null;
  agencies: readonly string[];
  stage: number;
  since: string | null;
  lever: string;
  evidence: readonly { event: string; date: string; what: string; source: string; address: string; grade: string }[];
}
export interface Site {
  site_id: string;
  name: string;
  programme: string;
  operator: string;
  city: string;
  state: string;
  country: string;
  lat: number;
  lon: number;
  position_basis: string;
  status: string;
  energised_facility_mw: number | null;
  energised_it_mw: number | null;
  planned_facility_mw: number | null;
  planned_it_mw: number | null;
  construction_start: string | null;
  first_power: string | null;
  observation: string;
  observation_at: string | null;
  source: string;
  address: string;
  grade: string;
}
export interface Hosting {
  state: "ready" | "working";
  network: string;
  synthetic: boolean;
  notice: string;
  rule: string;
  source: string;
  licence: string;
  buses: number;
  voltages_kv: readonly number[];
  columns: { bus: readonly number[]; lat: readonly number[]; lon: readonly number[]; kv: readonly number[]; n1_mw: Numbers };
}
export interface Bus {
  bus: number;
  name: string;
  kv: number;
  lat: number;
  lon: number;
  state: string;
  n0_mw: number | null;
  n1_mw: number | null;
  binds: { element: string; outage: string | null; factor: number; limit_mw: number; flow_mw: number } | null;
  next: readonly { mw: number; element: string; outage: string | null; factor: number }[];
  n1_radial_mw: number | null;
  radial_by: string | null;
  rule: string;
  notice: string;
}

/** A refusal of the server, in its own words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly retryAfterSeconds: number,
    message: string,
  ) {
    super(message);
  }
}

interface Problem {
  title?: string;
  detail?: string;
  code?: string;
  mistakes?: readonly { field: string; message: string }[];
}

async function ask<T>(path: string, body: unknown, signal: AbortSignal | undefined): Promise<T> {
  const init: RequestInit = { headers: { Accept: "application/json" } };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    init.method = "POST";
    init.headers = { Accept: "application/json", "Content-Type": "application/json" };
    init.body = JSON.stringify(body);
  }
  const response = await fetch(path, init);
  if (response.ok) return (await response.json()) as T;
  let problem: Problem = {};
  try {
    problem = (await response.json()) as Problem;
  } catch {
    // No JSON: what stopped the request was not the program, and the status says all there is.
  }
  const parts = [problem.detail ?? problem.title ?? `${response.status} ${response.statusText}`];
  for (const mistake of problem.mistakes ?? []) parts.push(`${mistake.field}: ${mistake.message}`);
  throw new Refusal(response.status, problem.code ?? "", Number(response.headers.get("Retry-After") ?? 1), parts.join(" "));
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, undefined, signal);
}

export function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, body, signal);
}

export const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

export function scenarioOf(base: string, levers: Levers): Scenario {
  return Object.keys(levers).length > 0
    ? { stargauge: 1, name: "mine", extends: base, levers }
    : { stargauge: 1, name: "mine", extends: base };
}
