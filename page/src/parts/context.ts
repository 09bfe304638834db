/** What many parts of the page need to know and none of them decides. */

import { createContext } from "preact";
import type { Theme } from "../state";

/** Lines under every file taken away: scenario, facts, seed, futures, version. */
export const Origin = createContext<readonly string[]>([]);

/** Canvas does not follow the style sheet by itself: who draws on one draws again when this changes. */
export const Shade = createContext<Theme>("light");

export const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
