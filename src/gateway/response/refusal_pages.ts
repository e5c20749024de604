import type { Exchange } from "../../core/exchange.ts";
import { isFailure, type Reason } from "../../core/reason.ts";
import { renderBlockedPage } from "../../../views/gate/blocked.ts";
import { renderErrorPage } from "../../../views/gate/error.ts";

/** Stands for the request's id while a page is kept. Upper case: nothing that a client names is. */
const ID_PLACE = "REQUEST-ID-OF-THIS-ANSWER";
/** Pages kept at once. A client can ask for as many as it invents host names, so beyond it all are forgotten. */
const MOST_PAGES = 64;

const encoder = new TextEncoder();

/**
 * The pages of refused requests. A page tells its second, so that everybody who is refused for the same reason within
 * one second reads the same bytes, but for the id: an attack costs one rendering a second, not one a request.
 */
export class RefusalPages {
  /** What stands around the ids. */
  readonly #pages = new Map<string, readonly Uint8Array[]>();
  #second = -1;

  /** The page's pieces; the request's id belongs between each two of them. */
  pieces(exchange: Exchange, reason: Reason, status: number, publicText: string): readonly Uint8Array[] {
    const { authority, headers } = exchange.request;
    const lang = headers.get("accept-language")?.slice(0, 2).toLowerCase() ?? "en";
    const second = Math.floor(exchange.receivedAt / 1_000);
    if (second !== this.#second || this.#pages.size >= MOST_PAGES) {
      this.#pages.clear();
      this.#second = second;
    }
    const key = `${reason} ${status} ${lang} ${authority}`;
    let pieces = this.#pages.get(key);
    if (pieces === undefined) {
      const at = second * 1_000;
      const page = { requestId: ID_PLACE, publicText, host: authority, lang, status, at };
      const html = isFailure(reason) || reason === "host_unknown"
        ? renderErrorPage(page)
        : renderBlockedPage({ ...page, reason });
      pieces = html.split(ID_PLACE).map((piece) => encoder.encode(piece));
      this.#pages.set(key, pieces);
    }
    return pieces;
  }
}
