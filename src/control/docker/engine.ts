import http from "node:http";
import { type Container, ContainerList } from "./container.ts";

const LIST_DEADLINE_MS = 5_000;
const MAX_LIST_BYTES = 32 * 1024 * 1024;
/** What changes the list of running containers or their addresses. */
const EVENTS = Object.freeze({
  type: ["container", "network"],
  event: ["start", "die", "pause", "unpause", "rename", "connect", "disconnect"],
});

/**
 * A container engine, by Docker's API on its unix socket.
 *
 * [SECURITY] Whoever may write to that socket rules the machine. Here only GETs leave, to two fixed paths.
 */
export class Engine {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** The containers that run now. Rejects with an Error that says why the engine could not be asked. */
  list(): Promise<Container[]> {
    return new Promise((resolve, reject) => {
      const request = this.#get("/containers/json", reject, async (response) => {
        const list = ContainerList.safeParse(JSON.parse(await textOf(response)));
        if (list.success) resolve(list.data);
        else reject(new Error("its list of containers is not what Docker's API describes"));
      });
      const timer = setTimeout(
        () => request?.destroy(new Error(`no answer within ${LIST_DEADLINE_MS / 1_000} s`)),
        LIST_DEADLINE_MS,
      );
      request?.on("close", () => clearTimeout(timer));
    });
  }

  /**
   * Listens to its events: `open` once they are heard, `event` for whatever happens, `end` when they are heard no
   * longer, once. Returns what stops it; nothing is called after that.
   */
  listen(on: { open(): void; event(): void; end(why: string): void }): () => void {
    let isOver = false;
    const end = (error: Error) => {
      if (isOver) return;
      isOver = true;
      on.end(error.message);
    };
    const path = `/events?filters=${encodeURIComponent(JSON.stringify(EVENTS))}`;
    const request = this.#get(path, end, (response) => {
      if (isOver) return;
      on.open();
      response.on("data", () => isOver || on.event());
      response.on("close", () => end(new Error("the engine ended the connection")));
    });
    return () => {
      isOver = true;
      request?.destroy();
    };
  }

  #get(
    path: string,
    failed: (error: Error) => void,
    answered: (response: http.IncomingMessage) => void | Promise<void>,
  ): http.ClientRequest | null {
    try {
      const request = http.get({
        socketPath: this.#socketPath,
        path,
        headers: { host: "docker" },
        agent: false,
      }, (response) => {
        response.on("error", failed);
        if (response.statusCode === 200) return void Promise.try(answered, response).catch(failed);
        response.resume();
        failed(new Error(`the engine answered ${response.statusCode}`));
      });
      request.on("error", failed);
      return request;
    } catch (thrown) {
      // A socket that this thread may not touch is refused here and now.
      failed(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return null;
    }
  }
}

async function textOf(response: http.IncomingMessage): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MAX_LIST_BYTES) throw new Error("its list of containers is too long");
  }
  return text + decoder.decode();
}
