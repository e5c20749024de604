import type { Exchange } from "../../core/exchange.ts";
import { prepareBody, type PreparedBody } from "../../core/prepared_answer.ts";
import type { Reason } from "../../core/reason.ts";
import { COMMON_LOOK, type ErrorLook } from "./error_look.ts";

/** Stands for the request's id while a page is kept. Upper case: nothing that a client names is. */
export const ID_PLACE = "REQUEST-ID-OF-THIS-ANSWER";
/** Pages kept at once. A client can ask for as many as it invents host names, so beyond it all are forgotten. */
const MOST_PAGES = 64;

/**
 * The pages of refused requests. A page tells its second, so that everybody who is refused for the same reason within
 * one second reads the same bytes, but for the id: an attack costs one rendering a second, not one a request.
 */
export class RefusalPages {
  /** By look, because each snapshot has its own. */
  readonly #pages = new Map<ErrorLook, Map<string, PreparedBody>>();
  #kept = 0;
  #second = -1;

  /** The page, whose only part is the request's id. `reason` null: the application answered. */
  get(
    exchange: Exchange,
    reason: Reason | null,
    status: number,
    publicText: string,
    look: ErrorLook = COMMON_LOOK,
  ): PreparedBody {
    const { authority, headers } = exchange.request;
    const lang = look.languageFor(headers.get("accept-language"));
    const second = Math.floor(exchange.receivedAt / 1_000);
    if (second !== this.#second || this.#kept >= MOST_PAGES) {
      this.#pages.clear();
      this.#kept = 0;
      this.#second = second;
    }
    const key = `${reason} ${status} ${lang} ${authority}`;
    const known = this.#pages.get(look)?.get(key);
    if (known !== undefined) return known;
    const at = second * 1_000;
    const facts = { requestId: ID_PLACE, reason, publicText, host: authority, lang, status, at };
    const page = prepareBody(look.render(facts), [ID_PLACE]);
    this.#pages.getOrInsertComputed(look, () => new Map()).set(key, page);
    this.#kept++;
    return page;
  }
}
