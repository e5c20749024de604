import type { Exchange } from "../../core/exchange.ts";
import { HeaderList } from "../../core/header_list.ts";
import type { ListenerHandler } from "../../core/listener.ts";

/**
 * Answers every request with 307 to the same path at `origin` (`https://localhost:9443`): what somebody gets who opens
 * a TLS port in the clear. 307 keeps the method.
 */
export class RedirectHandler implements ListenerHandler {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  connected(): boolean {
    return true;
  }

  disconnected(): void {}

  refused(): void {}

  exchange(exchange: Exchange): void {
    const { rawPath, rawQuery } = exchange.request;
    const path = rawPath === "*" ? "/" : rawPath;
    const location = this.#origin + path + (rawQuery === null ? "" : `?${rawQuery}`);
    const headers = HeaderList.from([
      ["location", location],
      ["server", "aegis"],
      ["x-request-id", exchange.id],
    ]);
    exchange.response.closeAfter();
    exchange.response.send(307, headers, null);
  }
}
