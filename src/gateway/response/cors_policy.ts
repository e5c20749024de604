import type { Cors } from "../../core/cors.ts";
import { HeaderList } from "../../core/header_list.ts";
import { addToVary } from "./vary.ts";

const ANSWERED = [
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-expose-headers",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-max-age",
];

/** A host's CORS policy, ready to ask (the Fetch standard, 3.2). */
export class CorsPolicy {
  readonly blocksForeign: boolean;
  readonly #isForAll: boolean;
  readonly #exact: ReadonlySet<string>;
  /** `https://` and `.example.com` of `https://*.example.com`. */
  readonly #wildcards: readonly { readonly scheme: string; readonly suffix: string }[];
  readonly #credentials: boolean;
  readonly #methods: string;
  readonly #headers: string;
  readonly #reflectsHeaders: boolean;
  readonly #exposed: string;
  readonly #maxAge: string;

  constructor(cors: Cors) {
    this.blocksForeign = cors.block_foreign;
    // [SECURITY] CWE-942: for everybody only where no cookies go along, whatever was stored.
    this.#isForAll = cors.origins.includes("*") && !cors.credentials;
    this.#exact = new Set(
      cors.origins.filter((origin) => !origin.includes("*") && !(origin === "null" && cors.credentials)),
    );
    this.#wildcards = cors.origins.filter((origin) => origin.includes("://*.")).map((origin) => {
      const star = origin.indexOf("*");
      return { scheme: origin.slice(0, star), suffix: origin.slice(star + 1) };
    });
    this.#credentials = cors.credentials;
    this.#methods = cors.methods.join(", ");
    this.#reflectsHeaders = cors.headers.includes("*");
    this.#headers = cors.headers.join(", ");
    this.#exposed = cors.expose_headers.join(", ");
    this.#maxAge = String(cors.max_age_seconds);
  }

  allows(origin: string): boolean {
    if (this.#isForAll || this.#exact.has(origin)) return true;
    for (const { scheme, suffix } of this.#wildcards) {
      const nameEnd = origin.length - suffix.length;
      // [SECURITY] Only the labels of a name before the suffix: `https://evil.test/.example.com` is none.
      if (
        nameEnd > scheme.length && origin.startsWith(scheme) && origin.endsWith(suffix) &&
        /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/.test(origin.slice(scheme.length, nameEnd))
      ) return true;
    }
    return false;
  }

  /** Fields of the answer to a preflight; `asked`: its Access-Control-Request-Headers. */
  preflight(origin: string, asked: string | undefined): HeaderList {
    const headers = new HeaderList();
    if (!this.allows(origin)) {
      headers.append("vary", "Origin");
      return headers;
    }
    this.#allow(origin, headers);
    if (this.#methods !== "") headers.append("access-control-allow-methods", this.#methods);
    const named = this.#reflectsHeaders ? tokensOf(asked) : this.#headers;
    if (named !== "") headers.append("access-control-allow-headers", named);
    headers.append("access-control-max-age", this.#maxAge);
    if (this.#reflectsHeaders) addToVary(headers, "Access-Control-Request-Headers");
    return headers;
  }

  /** The policy stands in place of whatever the target said. `origin`: of the request, where it has one. */
  dress(origin: string | undefined, headers: HeaderList): void {
    for (const name of ANSWERED) headers.delete(name);
    if (origin === undefined || !this.allows(origin)) {
      if (!this.#isForAll) addToVary(headers, "Origin");
      return;
    }
    this.#allow(origin, headers);
    if (this.#exposed !== "") headers.append("access-control-expose-headers", this.#exposed);
  }

  #allow(origin: string, headers: HeaderList): void {
    headers.append("access-control-allow-origin", this.#isForAll ? "*" : origin);
    if (this.#credentials) headers.append("access-control-allow-credentials", "true");
    if (!this.#isForAll) addToVary(headers, "Origin");
  }
}

/** [SECURITY] Only names of fields are said back, whatever stood between the commas. */
function tokensOf(asked: string | undefined): string {
  if (asked === undefined) return "";
  const names = asked.slice(0, 2_048).split(",").map((name) => name.trim().toLowerCase());
  return names.filter((name) => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)).join(", ");
}

/** True where the page that sent a request is one of the host itself; `authority`: as the request names the host. */
export function isOwnOrigin(origin: string, scheme: string, authority: string): boolean {
  // A TLS proxy in front is the usual reason why the page knows another scheme than the connection.
  const plain = authority.replace(/:(?:80|443)$/, "");
  return origin === `${scheme}://${authority}` || origin === `https://${plain}` ||
    origin === `http://${plain}` || origin === `https://${authority}`;
}
