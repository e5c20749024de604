import { USER_AGENT } from "../../core/build_info.ts";
import { calledTarget } from "../../core/called_target.ts";
import { AegisError } from "../../core/errors.ts";
import { HeaderList } from "../../core/header_list.ts";
import { DEFAULT_TIMEOUTS } from "../../core/host_timeouts.ts";
import type { Transport } from "../../core/ports.ts";

const HEAD_MS = 20_000;
const TOTAL_MS = 120_000;
/** [SECURITY] Of one answer; a million networks as JSON lines are smaller. */
const MOST_BYTES = 128 * 1_048_576;
const MOST_REDIRECTS = 3;
const REDIRECTS = [301, 302, 303, 307, 308];

export interface ListRequest {
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  /** The answer's body, piece by piece, where its status is 200. What it throws ends the fetch. */
  onData(chunk: Uint8Array): void;
}

export interface ListAnswer {
  /** 200 or 304. */
  readonly status: number;
  readonly headers: HeaderList;
}

/**
 * Fetches by the gateways' own client, so that the rule for targets holds where it connects (spec 01, Upstreams): no
 * link-local and metadata addresses, private ones by the one switch. Rejects with AegisError, whose text an operator reads.
 */
export async function fetchList(transport: Transport, request: ListRequest): Promise<ListAnswer> {
  let url = listUrl(request.url);
  for (let redirects = 0;; redirects++) {
    const answer = await fetchOnce(transport, url, request);
    if (answer.status === 200 || answer.status === 304) return answer;
    const location = answer.headers.get("location");
    if (!REDIRECTS.includes(answer.status) || location === undefined) {
      throw new AegisError("unavailable", `${url.host} answered ${answer.status}`);
    }
    if (redirects === MOST_REDIRECTS) throw new AegisError("unavailable", "too many redirects");
    const next = listUrl(new URL(location, url).href);
    // [SECURITY] Nobody on the way may take the list's protection off, nor learn a key that is for another server.
    if (url.protocol === "https:" && next.protocol !== "https:") {
      throw new AegisError("unavailable", `${url.host} redirects to plain http`);
    }
    if (next.host !== url.host && request.headers.some(([name]) => name === "x-api-key")) {
      throw new AegisError(
        "unavailable",
        `${url.host} redirects to ${next.host}, which has no right to the key`,
      );
    }
    url = next;
  }
}

/** A list's URL. Throws `invalid_input` where it cannot be one. */
export function listUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isHttp = url !== null && (url.protocol === "http:" || url.protocol === "https:");
  if (isHttp && url.username === "" && url.password === "" && url.port !== "0") return url;
  const message = `"${text}" is no address of a list`;
  throw new AegisError("invalid_input", message, {
    fields: [{ field: "url", message, remedy: "write https://host/path, without a user name or password" }],
  });
}

function fetchOnce(transport: Transport, url: URL, request: ListRequest): Promise<ListAnswer> {
  return new Promise((resolve, reject) => {
    let answer: ListAnswer | null = null;
    let bytes = 0;
    const fail = (thrown: unknown) => {
      clearTimeout(timer);
      call.abort();
      reject(thrown);
    };
    const timer = setTimeout(
      () => fail(new AegisError("unavailable", `${url.host} took longer than ${TOTAL_MS / 1_000} s`)),
      TOTAL_MS,
    );
    const call = transport.send({
      target: calledTarget("list", url),
      method: "GET",
      path: url.pathname + url.search,
      headers: HeaderList.from([
        ["host", url.host],
        ["user-agent", USER_AGENT],
        ["accept", "*/*"],
        ...request.headers,
      ]),
      body: null,
      timeouts: { ...DEFAULT_TIMEOUTS, response_head_ms: HEAD_MS, body_idle_ms: HEAD_MS },
      upgrade: null,
    }, {
      informational() {},
      head(status, headers) {
        answer = { status, headers: headers.clone() };
      },
      data(chunk) {
        bytes += chunk.length;
        if (bytes > MOST_BYTES) {
          return fail(
            new AegisError("unavailable", `the answer is longer than ${MOST_BYTES / 1_048_576} MiB`),
          );
        }
        if (answer?.status !== 200) return;
        try {
          request.onData(chunk);
        } catch (thrown) {
          fail(thrown);
        }
      },
      end() {
        clearTimeout(timer);
        resolve(answer!);
      },
      upgraded: (_status, _headers, tunnel) => {
        tunnel.destroy();
        fail(new AegisError("unavailable", `${url.host} answered with another protocol`));
      },
      failed: (failure) => {
        clearTimeout(timer);
        const { detail } = failure;
        reject(
          new AegisError("unavailable", detail.includes(url.hostname) ? detail : `${url.host}: ${detail}`),
        );
      },
    });
  });
}
