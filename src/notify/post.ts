import { USER_AGENT } from "../core/build_info.ts";
import { calledTarget } from "../core/called_target.ts";
import { BytesBody } from "../core/body.ts";
import { HeaderList } from "../core/header_list.ts";
import { DEFAULT_TIMEOUTS } from "../core/host_timeouts.ts";
import type { Transport } from "../core/ports.ts";
import { DeliveryFailure } from "./failure.ts";

/** For everything: connecting, sending, the answer's end. */
const TOTAL_MS = 10_000;
/** [SECURITY] Of an answer nobody reads. */
const MOST_ANSWER_BYTES = 65_536;
const LONGEST_RETRY_MS = 3_600_000;

export interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/**
 * Posts by the gateways' own client, so that the rule for targets holds where it connects (spec 04, Outbound URLs).
 * Redirects are not followed; of the answer only status and Retry-After are looked at. Rejects with DeliveryFailure.
 */
export function post(
  transport: Transport,
  { url: text, body, headers }: Post,
  totalMs = TOTAL_MS,
): Promise<void> {
  if (!URL.canParse(text)) return Promise.reject(new DeliveryFailure("the URL cannot be read", true));
  const url = new URL(text);
  const content = new TextEncoder().encode(body);
  return new Promise((resolve, reject) => {
    let failure: DeliveryFailure | null = null;
    let bytes = 0;
    const end = (why: DeliveryFailure | null) => {
      clearTimeout(timer);
      if (why === null) resolve();
      else reject(why);
    };
    const giveUp = (why: DeliveryFailure) => {
      call.abort();
      end(why);
    };
    const late = () => giveUp(new DeliveryFailure(`${url.host} took longer than ${totalMs / 1_000} s`));
    const timer = setTimeout(late, totalMs);
    const call = transport.send({
      target: calledTarget("webhook", url),
      method: "POST",
      path: url.pathname + url.search,
      headers: HeaderList.from([
        ["host", url.host],
        ["user-agent", USER_AGENT],
        ...headers.map(([name, value]) => [name.toLowerCase(), value] as const),
      ]),
      body: new BytesBody(content),
      timeouts: { ...DEFAULT_TIMEOUTS, connect_ms: TOTAL_MS / 2, response_head_ms: TOTAL_MS },
      upgrade: null,
    }, {
      informational() {},
      head(status, answered) {
        if (status >= 200 && status < 300) return;
        const text = status >= 300 && status < 400
          ? `${url.host} answered ${status}; redirects are not followed`
          : `${url.host} answered ${status}`;
        const passing = status >= 500 || status === 408 || status === 425 || status === 429;
        failure = new DeliveryFailure(text, !passing, retryAfter(answered.get("retry-after")));
      },
      data(chunk) {
        bytes += chunk.length;
        if (bytes > MOST_ANSWER_BYTES) {
          giveUp(failure ?? new DeliveryFailure(`${url.host} answers without end`));
        }
      },
      end: () => end(failure),
      upgraded(_status, _headers, tunnel) {
        tunnel.destroy();
        end(new DeliveryFailure(`${url.host} answered with another protocol`, true));
      },
      failed: ({ detail }) => {
        const text = detail.includes(url.host) ? detail : `${url.host}: ${detail}`;
        end(new DeliveryFailure(text, / is refused: /.test(detail)));
      },
    });
  });
}

function retryAfter(value: string | undefined): number | null {
  if (value === undefined || !/^\d{1,6}$/.test(value.trim())) return null;
  return Math.min(Number(value) * 1_000, LONGEST_RETRY_MS);
}
