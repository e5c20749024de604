import { Buffer } from "node:buffer";
import type { HeaderList } from "../../core/header_list.ts";
import type { StartTimer } from "../record_batcher.ts";
import { answerText, MAX_ANSWER_BYTES } from "../../waf/answer_text.ts";

/** An answer that comes bit by bit (lines of a log, of a language model) is held so long; then rules see what there is. */
const LONGEST_HOLD_MS = 10_000;

/** What an inspection asks of the exchange it belongs to. */
export interface InspectedAnswer {
  /** Memory for so many bytes; false: there is none, and the answer passes as it comes. */
  takeRoom(bytes: number): boolean;
  giveRoom(bytes: number): void;
  /** The rules' word on the text. True: the answer may not pass. */
  refuses(text: string): boolean;
  /** Held pieces, in their order, once they may pass. */
  release(pieces: readonly Uint8Array[]): void;
}

/**
 * The beginning of an answer's body, up to 1 MiB, on its way to the rules. Where it is held, nothing of the answer
 * reaches the client before they have spoken; else it passes as it comes.
 */
export class AnswerInspection {
  readonly #answer: InspectedAnswer;
  readonly #headers: HeaderList;
  readonly #holds: boolean;
  #pieces: Uint8Array[] = [];
  #size = 0;
  #state: "gathering" | "passed" | "refused" = "gathering";
  #stopTimer: (() => void) | null;

  constructor(
    answer: InspectedAnswer,
    headers: HeaderList,
    holds: boolean,
    startTimer: StartTimer = systemTimer,
  ) {
    this.#answer = answer;
    this.#headers = headers;
    this.#holds = holds;
    this.#stopTimer = holds ? startTimer(() => void this.end(), LONGEST_HOLD_MS) : null;
  }

  /** The next piece, valid during the call. True: it is taken care of; false: it passes on. */
  take(chunk: Uint8Array): boolean {
    if (this.#state !== "gathering") return this.#state === "refused";
    if (!this.#answer.takeRoom(chunk.length)) {
      this.#conclude("passed");
      return false;
    }
    this.#size += chunk.length;
    this.#pieces.push(new Uint8Array(chunk));
    if (this.#size >= MAX_ANSWER_BYTES) return this.#judge() || this.#holds;
    return this.#holds;
  }

  /** The body is over, or nobody waits for more of it. True: the answer was refused. */
  end(): boolean {
    return this.#state === "gathering" ? this.#judge() : this.#state === "refused";
  }

  /** Whatever became of the exchange: what is held is forgotten. Idempotent. */
  free(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    this.#answer.giveRoom(this.#size);
    this.#size = 0;
    this.#pieces = [];
  }

  #judge(): boolean {
    const text = answerText(Buffer.concat(this.#pieces), this.#headers);
    const isRefused = text !== null && text !== "" && this.#answer.refuses(text);
    this.#conclude(isRefused ? "refused" : "passed");
    return isRefused;
  }

  #conclude(state: "passed" | "refused"): void {
    this.#state = state;
    const pieces = this.#pieces;
    this.free();
    if (state === "passed" && this.#holds) this.#answer.release(pieces);
  }
}

function systemTimer(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
