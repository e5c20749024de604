import { USER_AGENT } from "../../core/build_info.ts";
import { calledTarget } from "../../core/called_target.ts";
import { BytesBody } from "../../core/body.ts";
import { AegisError } from "../../core/errors.ts";
import { HeaderList } from "../../core/header_list.ts";
import { DEFAULT_TIMEOUTS } from "../../core/host_timeouts.ts";
import type { Transport } from "../../core/ports.ts";

/** For everything: connecting, sending, the answer's end. */
const TOTAL_MS = 20_000;
/** [SECURITY] Of one answer. */
const MOST_BYTES = 1_048_576;

export interface JsonCall {
  readonly method: "POST" | "DELETE";
  readonly url: URL;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Absent: no body. */
  readonly json?: unknown;
}

export interface JsonAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * One call by the gateways' own client, so that the rule for targets holds where it connects (spec 01, Upstreams).
 * Redirects are not followed: they would be told the credentials. Rejects with AegisError, whose text an operator reads.
 */
export function callJson(
  transport: Transport,
  { method, url, headers, json }: JsonCall,
): Promise<JsonAnswer> {
  return new Promise((resolve, reject) => {
    const decoder = new TextDecoder();
    let answer: JsonAnswer = { status: 0, text: "" };
    let bytes = 0;
    const fail = (message: string) => {
      clearTimeout(timer);
      call.abort();
      reject(new AegisError("unavailable", message));
    };
    const timer = setTimeout(() => fail(`${url.host} took longer than ${TOTAL_MS / 1_000} s`), TOTAL_MS);
    const call = transport.send({
      target: calledTarget("api", url),
      method,
      path: url.pathname + url.search,
      headers: HeaderList.from([
        ["host", url.host],
        ["user-agent", USER_AGENT],
        ["accept", "application/json"],
        ...(json === undefined ? [] : [["content-type", "application/json"] as const]),
        ...headers,
      ]),
      body: json === undefined ? null : new BytesBody(new TextEncoder().encode(JSON.stringify(json))),
      timeouts: { ...DEFAULT_TIMEOUTS, connect_ms: TOTAL_MS / 2, response_head_ms: TOTAL_MS },
      upgrade: null,
    }, {
      informational() {},
      head(status) {
        answer = { status, text: "" };
      },
      data(chunk) {
        bytes += chunk.length;
        if (bytes > MOST_BYTES) return fail(`${url.host} answers without end`);
        answer = { ...answer, text: answer.text + decoder.decode(chunk, { stream: true }) };
      },
      end() {
        clearTimeout(timer);
        resolve(answer);
      },
      upgraded(_status, _headers, tunnel) {
        tunnel.destroy();
        fail(`${url.host} answered with another protocol`);
      },
      failed: ({ detail }) => {
        clearTimeout(timer);
        reject(new AegisError("unavailable", detail));
      },
    });
  });
}
