/** Numbers, shares, months and units as the chosen language writes them. */

import { locale, spoken, t } from "./words";

export const NOTHING = "–";
const NARROW = "\u00a0";

export function fixed(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  const written = new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  return written.replace("-", "−").replace(/^−([0.]+)$/, "$1");
}

/** Enough digits to be told apart, and no more. */
export function short(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  const size = Math.abs(value);
  const digits = size >= 20 || size === 0 ? 0 : size >= 1 ? 1 : 2;
  return fixed(value, Number.isInteger(Number(value.toFixed(digits))) ? 0 : digits);
}

/** A share as a percentage; what is under one in a thousand is said to be under it, not nought. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return NOTHING;
  const mark = spoken() === "en" ? `${NARROW}%` : "%";
  if (share > 0 && share < 0.001) return t("under", { amount: `0.1${mark}` });
  if (share < 1 && share > 0.999) return t("over", { amount: `99.9${mark}` });
  const digits = share > 0 && (share < 0.1 || share > 0.9) && share < 1 ? 1 : 0;
  return `${fixed(share * 100, digits).replace(/\.0$/, "")}${mark}`;
}

/** A share that is no chance: how far something has got. */
export const whole = (share: number | null | undefined): string =>
  share === null || share === undefined ? NOTHING : `${fixed(100 * share)}${spoken() === "en" ? NARROW : ""}%`;

/** A chance counted in `futures` futures: none of them is less than one of them, not nought. */
export function chance(share: number | null | undefined, futures: number): string {
  if (share === 0 && futures > 0) return t("under", { amount: percent(1 / futures) });
  if (share === 1 && futures > 0) return t("over", { amount: percent(1 - 1 / futures) });
  return percent(share);
}

export const gw = (mw: number | null | undefined): string =>
  mw === null || mw === undefined ? NOTHING : `${short(mw / 1000)}${NARROW}GW`;

export const mw = (value: number | null | undefined): string => (value === null || value === undefined ? NOTHING : `${fixed(value)}${NARROW}MW`);

/** "2031-08" as a month, "2031-08-02" as a day. */
export function day(text: string | null | undefined): string {
  const match = /^(\d{4})-(\d{2})(?:-(\d{2}))?/.exec(text ?? "");
  if (!match) return text || NOTHING;
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3] ?? 1)));
  const parts: Intl.DateTimeFormatOptions = { year: "numeric", month: spoken() === "en" ? "short" : "long", timeZone: "UTC" };
  if (match[3]) parts.day = "numeric";
  return new Intl.DateTimeFormat(locale(), parts).format(date);
}

export interface Scale {
  factor: number;
  unit: string;
}

/** What a series is divided by to be read, and the unit it then has. */
export function scaleOf(unit: string): Scale {
  if (unit === "MW") return { factor: 1000, unit: "GW" };
  if (unit === "MW_it") return { factor: 1000, unit: t("unit.it_gw") };
  if (unit === "H100e") return { factor: 1e6, unit: t("unit.million_h100e") };
  if (unit === "USD_b" || unit === "bn_USD" || unit === "USD billion") return { factor: 1, unit: t("unit.usd_b") };
  if (unit === "share" || unit === "ratio" || unit === "1" || unit === "") return { factor: 0.01, unit: "%" };
  if (unit === "percent") return { factor: 1, unit: "%" };
  if (unit === "month" || unit === "months") return { factor: 1, unit: t("unit.months") };
  return { factor: 1, unit };
}

/** Where a month stands on the axis of years. */
export function yearOf(month: string): number {
  return Number(month.slice(0, 4)) + (Number(month.slice(5, 7)) - 1) / 12;
}
