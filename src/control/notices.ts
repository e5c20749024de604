import type { Notice } from "../core/notice.ts";
import type { Logger } from "../core/ports.ts";

/** Where notices go that nobody has set a mail or webhook up for: the log, so that none is lost. */
export class Notices {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Never throws and never waits. */
  notify(notice: Notice): void {
    const { kind, host, subject, text } = notice;
    this.#logger.info("notice", { kind, subject, text, ...(host === undefined ? {} : { host }) });
  }
}
