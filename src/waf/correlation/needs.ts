import type { Correlation } from "../../core/correlation.ts";
import { askedBy } from "./fields.ts";
import { fieldsOf } from "./predicates.ts";

/** What gateways collect of a host's requests for its correlated rules, besides what every digest has. */
export interface DigestNeeds {
  /** Correlated rules count the request; else it is told for the client's behaviour alone. */
  readonly counts: boolean;
  readonly body: boolean;
  readonly responseBody: boolean;
  /** `session`, `cookie.NAME`, `header.NAME`. */
  readonly request: readonly string[];
  /** `response.header.NAME`. */
  readonly response: readonly string[];
}

/** Nothing besides what every digest has. */
export const NO_NEEDS: DigestNeeds = Object.freeze({
  counts: false,
  body: false,
  responseBody: false,
  request: [],
  response: [],
});

/** Names of the cookies that hold sessions, as frameworks call them; the first that a request has is its session. */
export const SESSION_COOKIES: readonly string[] = Object.freeze([
  "PHPSESSID",
  "JSESSIONID",
  "ASP.NET_SessionId",
  "connect.sid",
  "sessionid",
  "session",
  "session_id",
  "sid",
  "laravel_session",
  "_session_id",
]);

/** What the rules of one host ask for together. */
export function needsOf(correlations: readonly Correlation[]): DigestNeeds {
  const named = new Set<string>();
  let body = false;
  let responseBody = false;
  for (const { groupBy, uniqueFields, predicates } of correlations) {
    if (groupBy === "session") named.add("session");
    if (groupBy.startsWith("cookie:")) named.add(`cookie.${groupBy.slice("cookie:".length)}`);
    for (const field of [...uniqueFields, ...(predicates === null ? [] : fieldsOf(predicates))]) {
      const asked = askedBy(field);
      if (asked === "body") body = true;
      else if (asked === "response.body") responseBody = true;
      else if (asked !== null) named.add(asked.named);
    }
  }
  const all = [...named].sort();
  const isOfAnswer = (name: string) => name.startsWith("response.");
  return {
    counts: true,
    body,
    responseBody,
    request: all.filter((name) => !isOfAnswer(name)),
    response: all.filter(isOfAnswer),
  };
}
