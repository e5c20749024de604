import assert from "node:assert/strict";
import type { AegisProcess } from "./aegis_process.ts";
import { type Answer, ask } from "./http_client.ts";

/** A program that speaks to the REST API over HTTPS, trusting the instance's own CA, and keeps its session. */
export class RestClient {
  readonly #port: number;
  readonly #ca: string;
  #cookie = "";
  #csrf = "";

  constructor(aegis: Pick<AegisProcess, "adminPort">, ca: string) {
    this.#port = aegis.adminPort;
    this.#ca = ca;
  }

  /** The same program with its session, at an instance that was started again. */
  at(aegis: Pick<AegisProcess, "adminPort">): RestClient {
    const next = new RestClient(aegis, this.#ca);
    next.#cookie = this.#cookie;
    next.#csrf = this.#csrf;
    return next;
  }

  /** One call below `/api/v1`. The token against CSRF goes with every change, but where `csrf` is false. */
  async call(method: string, path: string, body?: unknown, { csrf = true } = {}): Promise<Answer> {
    const answer = await ask({
      port: this.#port,
      host: `localhost:${this.#port}`,
      serverName: "localhost",
      ca: this.#ca,
      path: `/api/v1${path}`,
      method,
      headers: {
        ...(this.#cookie === "" ? {} : { cookie: this.#cookie }),
        ...(csrf && this.#csrf !== "" ? { "x-csrf-token": this.#csrf } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const set of answer.headers["set-cookie"] ?? []) this.#cookie = set.split(";", 1)[0]!;
    return answer;
  }

  /** As `call`; fails unless the answer has this status, and returns its JSON. */
  async expect<T = Record<string, unknown>>(
    status: number,
    ...call: Parameters<RestClient["call"]>
  ): Promise<T> {
    const answer = await this.call(...call);
    assert.equal(answer.status, status, `${call[0]} ${call[1]}: ${answer.text}`);
    return answer.text === "" ? {} as T : JSON.parse(answer.text);
  }

  async signIn(name: string, password: string): Promise<void> {
    const { csrf } = await this.expect<{ csrf: string }>(200, "POST", "/auth/login", { name, password });
    this.#csrf = csrf;
  }
}
