import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface TakenPost {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // deno-lint-ignore no-explicit-any -- tests look into whatever was sent
  readonly json: any;
}

export interface WebhookStub {
  readonly url: string;
  readonly posts: TakenPost[];
  /** How it answers from now on. */
  answer: { status: number; body?: string; headers?: Record<string, string> };
  close(): Promise<void>;
}

/**
 * Stands in for Slack, Discord and PagerDuty: a real HTTP server on loopback that answers as their documentation says.
 * It is a stub: what those services would refuse beyond that is not known here.
 */
export async function startWebhookStub(): Promise<WebhookStub> {
  const posts: TakenPost[] = [];
  const stub: { answer: WebhookStub["answer"] } = { answer: { status: 200, body: "ok" } };
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Uint8Array) => text += new TextDecoder().decode(chunk));
    request.on("end", () => {
      posts.push({ path: request.url ?? "", headers: request.headers, text, json: JSON.parse(text) });
      response.writeHead(stub.answer.status, stub.answer.headers ?? {});
      response.end(stub.answer.body ?? "");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    posts,
    get answer() {
      return stub.answer;
    },
    set answer(next) {
      stub.answer = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
