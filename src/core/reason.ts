/**
 * The closed list of reasons for which Aegis refuses, and all that a client is told of them.
 *
 * Log, metric, UI, API and block page use these names and no others.
 */

/** How a refusal reaches the client: an answer with this status, or the connection's end. */
export interface ReasonFacts {
  /** HTTP status of the answer; 0 where the connection is closed without one. */
  readonly status: number;
  /** All that the client reads, together with the request id. */
  readonly publicText: string;
  /** The connection ends with the answer, because its framing can no longer be trusted. */
  readonly closes: boolean;
}

function facts(status: number, publicText: string, closes = false): ReasonFacts {
  return Object.freeze({ status, publicText, closes });
}

export const REASONS = Object.freeze({
  malformed: facts(400, "bad request", true),
  smuggling: facts(400, "bad request", true),
  path_escape: facts(400, "bad request"),
  uri_too_long: facts(414, "the address is too long", true),
  head_too_large: facts(431, "the request headers are too large", true),
  timeout_client: facts(0, "", true),
  protocol_abuse: facts(0, "", true),
  host_unknown: facts(421, "this site is not served here"),
  maintenance: facts(503, "back soon"),
  allow_list: facts(403, "access denied"),
  ban: facts(403, "access denied"),
  ip_timeout: facts(403, "access denied for now"),
  blacklist: facts(403, "access denied"),
  geo: facts(403, "not available in your country"),
  challenge: facts(503, "checking your browser"),
  rate: facts(429, "too many requests"),
  connections: facts(429, "too many connections"),
  bot: facts(403, "automated access is not allowed"),
  sign_in: facts(401, "please sign in"),
  access_denied: facts(403, "your account may not open this"),
  method: facts(405, "method not allowed"),
  body_too_large: facts(413, "the upload is too large", true),
  schema: facts(400, "the request does not fit this API"),
  cors: facts(403, "origin not allowed"),
  waf: facts(403, "request blocked"),
  file_scan: facts(403, "the file was refused"),
  correlation: facts(403, "request blocked"),
  response_rule: facts(502, "the answer was withheld"),
  upstream_connect: facts(502, "bad gateway"),
  upstream_protocol: facts(502, "bad gateway"),
  upstream_timeout: facts(504, "gateway timeout"),
  no_target: facts(503, "service unavailable"),
  overload: facts(503, "busy, try again shortly"),
  internal: facts(500, "internal error"),
});

export type Reason = keyof typeof REASONS;

const FAILURES: ReadonlySet<Reason> = new Set<Reason>([
  "maintenance",
  "timeout_client",
  "upstream_connect",
  "upstream_protocol",
  "upstream_timeout",
  "no_target",
  "overload",
  "internal",
]);

/** True where the reason says that something failed, not that a client was kept out: such requests are not "blocked". */
export function isFailure(reason: Reason): boolean {
  return FAILURES.has(reason);
}

/** True where `text` is a name of the closed list. */
export function isReason(text: string): text is Reason {
  return Object.hasOwn(REASONS, text);
}
