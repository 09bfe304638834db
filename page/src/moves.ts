/** Moves of the sliders become answers: a preview at once, a thousand futures at rest, and the latest move wins. */

import { pause, post, Refusal, type Outcomes, type Scenario } from "./api";

const REST_MS = 200;

export interface Move {
  scenario: Scenario;
  series: readonly string[] | null;
}

export interface Listener {
  answered(outcomes: Outcomes, move: Move): void;
  refused(reason: string): void;
  waiting(waits: boolean): void;
}

/**
 * One preview is under way at a time and the newest move waits for it, so that a finger that never rests still sees frames;
 * what is being refined is dropped the moment something moves.
 */
export class Moves {
  private readonly token = `tab-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  private next: Move | null = null;
  private current: Move | null = null;
  private previewing: AbortController | null = null;
  private refining: AbortController | null = null;
  private timer = 0;

  constructor(
    private readonly preview: number,
    private readonly refined: number,
    private readonly listener: Listener,
  ) {}

  /** A slider moved. */
  move(move: Move): void {
    this.settle(move);
    this.next = move;
    if (!this.previewing) void this.run();
  }

  /** Something else was asked for (another scenario, another view): no preview of the old is wanted. */
  jump(move: Move): void {
    this.previewing?.abort();
    this.previewing = null;
    this.move(move);
  }

  stop(): void {
    this.previewing?.abort();
    this.refining?.abort();
    clearTimeout(this.timer);
  }

  private settle(move: Move): void {
    this.current = move;
    this.refining?.abort();
    this.refining = null;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.refine(move), REST_MS);
  }

  private async run(): Promise<void> {
    while (this.next) {
      const move = this.next;
      this.next = null;
      const control = new AbortController();
      this.previewing = control;
      const answer = await this.ask(move, this.preview, control.signal);
      if (this.previewing !== control) return;
      // A refined answer to the same move may have come first: a preview never takes its place.
      if (answer && (this.current === move || this.next)) this.listener.answered(answer, move);
      this.previewing = null;
    }
  }

  private async refine(move: Move): Promise<void> {
    if (this.previewing) {
      this.timer = window.setTimeout(() => void this.refine(move), 20);
      return;
    }
    const control = new AbortController();
    this.refining = control;
    this.listener.waiting(true);
    const answer = await this.ask(move, this.refined, control.signal);
    if (this.refining !== control) return;
    this.refining = null;
    this.listener.waiting(false);
    if (answer && this.current === move) this.listener.answered(answer, move);
  }

  private async ask(move: Move, futures: number, signal: AbortSignal): Promise<Outcomes | null> {
    const body = { scenario: move.scenario, futures, token: this.token, limits: true, ...(move.series ? { series: move.series } : {}) };
    for (;;) {
      try {
        return await post<Outcomes>("api/outcomes", body, signal);
      } catch (error) {
        if (signal.aborted) return null;
        if (error instanceof Refusal) {
          if (error.status === 409) return null;
          if (error.status === 429 || error.code === "starting") {
            await pause(error.retryAfterSeconds * 1000);
            if (signal.aborted) return null;
            continue;
          }
        }
        this.listener.refused(error instanceof Error ? error.message : String(error));
        return null;
      }
    }
  }
}
