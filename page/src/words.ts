/** Words of the page: two catalogues with the same keys, and what is put into them written as each language writes it. */

import { h, type ComponentChildren } from "preact";
import english from "./locales/en.json";
import chinese from "./locales/zh-Hant.json";
import type { Language } from "./state";

export type Key = keyof typeof english;
export type Values = Record<string, string>;

const CATALOGUES: Record<Language, Record<string, string>> = { en: english, "zh-Hant": chinese };
const LOCALES: Record<Language, string> = { en: "en-GB", "zh-Hant": "zh-Hant-TW" };

let language: Language = "en";

export function speak(chosen: Language): void {
  language = chosen;
  document.documentElement.lang = chosen;
}

export const spoken = (): Language => language;
export const locale = (): string => LOCALES[language];

const PLACEHOLDER = /\{(\w+)\}/g;

export function t(key: Key, values: Values = {}): string {
  const text = CATALOGUES[language][key] ?? key;
  return text.replace(PLACEHOLDER, (whole, name: string) => values[name] ?? whole);
}

/** The same with every value that is put in set in bold. */
export function rich(key: Key, values: Values): ComponentChildren[] {
  const text = CATALOGUES[language][key] ?? key;
  return text.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    return name === undefined ? part : h("b", null, values[name] ?? part);
  });
}

/** The word of a family for a name that comes from the server; the name itself where the catalogue has none. */
export function word(family: string, name: string): string {
  return CATALOGUES[language][`${family}.${name}`] ?? name;
}

export const known = (family: string, name: string): boolean => `${family}.${name}` in CATALOGUES[language];
