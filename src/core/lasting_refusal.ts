import type { AnswerParts, PreparedAnswer } from "./prepared_answer.ts";

/**
 * A refusal that meets the next request of its connection too, as long as that one is the same to the byte. A codec that
 * sees such a request answers it by this, and no exchange is made for it.
 */
export interface LastingRefusal {
  readonly answer: PreparedAnswer;
  /** Of the answer to the request of this id. */
  partsFor(id: string): AnswerParts;
  /**
   * True: one more such request is refused, and counted with `bodyBytes` of answer; the caller sends it. False: nothing was
   * done, and the request has to become an exchange. `at`: when it came, milliseconds since 1970.
   */
  takes(at: number, bodyBytes: number): boolean;
}
