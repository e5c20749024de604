import type { Exchange, RequestHead } from "../../core/exchange.ts";
import { type AnswerParts, PreparedAnswer, type ZippedAnswer } from "../../core/prepared_answer.ts";
import { GzipTemplate } from "../../lib/gzip_template.ts";
import { chooseEncoding } from "./accept_encoding.ts";

/** An answer that was given so often is worth compressing. */
const OFTEN = 32;
/** Compressed, a shorter one is hardly smaller. */
const SHORT_BYTES = 1_024;
const GZIP = ["gzip"] as const;

/** It was given so often that a flood may be behind it. */
export function isOften(answer: PreparedAnswer): boolean {
  return answer.given >= OFTEN;
}

/**
 * Sends prepared answers. [SECURITY] What a flood gets again and again leaves compressed: a request of 300 bytes shall
 * not draw a page of thirty times as many from the operator's line (amplification). What is given seldom is sent as it
 * is, for compressing costs more than giving it does, and clients can make many by inventing host names.
 */
export class FrequentAnswers {
  /** What the last client took: those of a flood take the same. */
  #accept: string | undefined = undefined;
  #takesGzip = false;

  send({ request, response }: Exchange, answer: PreparedAnswer, parts: AnswerParts): void {
    const zipped = this.zippedFor(request, answer, parts);
    if (!isOften(answer)) answer.given++;
    if (zipped === null) response.sendPrepared(answer, parts);
    else response.sendPrepared(zipped.answer, [...parts, zipped.template.checksum(parts)]);
  }

  /** What this request gets in place of the answer itself; null: nothing. */
  zippedFor({ headers }: RequestHead, answer: PreparedAnswer, parts: AnswerParts): ZippedAnswer | null {
    if (!isOften(answer) || !this.#isZippable(answer, headers.get("accept-encoding"))) return null;
    const zipped = answer.zipped ??= zip(answer, parts);
    return zipped.template.fits(parts) ? zipped : null;
  }

  #isZippable({ body }: PreparedAnswer, accept: string | undefined): boolean {
    if (accept !== this.#accept) {
      this.#accept = accept;
      this.#takesGzip = chooseEncoding(accept, GZIP) !== null;
    }
    return this.#takesGzip && body.pieces.some((piece) => piece.length >= SHORT_BYTES);
  }
}

function zip({ body, headers, status }: PreparedAnswer, parts: AnswerParts): ZippedAnswer {
  const template = new GzipTemplate(body, parts.map((part) => part.length));
  const zippedHeaders = headers.clone();
  zippedHeaders.appendSafe("content-encoding", "gzip");
  return { template, answer: new PreparedAnswer(status, zippedHeaders, template) };
}
