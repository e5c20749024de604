/** Which pages of other origins may read a host's answers (spec 02, CORS; the Fetch standard). */
export interface Cors {
  /**
   * `https://app.example.com`, `https://*.example.com` for every name below it, `null` for pages without an origin, or
   * `*` alone for everybody, never together with `credentials`.
   */
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  /** Lower case; `*`: whatever is asked for. */
  readonly headers: readonly string[];
  /** Fields of answers that scripts may read besides the usual ones. */
  readonly expose_headers: readonly string[];
  /** Cookies and Authorization go along. */
  readonly credentials: boolean;
  /** How long a browser remembers the answer to a preflight. */
  readonly max_age_seconds: number;
  /** Requests that a page of another origin sends are refused, not only kept unreadable. */
  readonly block_foreign: boolean;
}

export const CORS_DEFAULTS: Cors = Object.freeze({
  origins: Object.freeze([]),
  methods: Object.freeze(["GET", "HEAD", "POST"]),
  headers: Object.freeze(["content-type"]),
  expose_headers: Object.freeze([]),
  credentials: false,
  max_age_seconds: 600,
  block_foreign: false,
});

const ORIGIN = /^(https?):\/\/(\*\.)?([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])(:\d{1,5})?$/;

/** What is wrong with an entry of `origins`, or null. */
export function originFault(origin: string): { readonly message: string; readonly remedy: string } | null {
  if (origin === "*" || origin === "null" || ORIGIN.test(origin)) return null;
  return {
    message: `"${origin}" is no origin`,
    remedy: "write https://app.example.com or https://*.example.com, without a path",
  };
}

/** What does not fit together; `field` is the one to change. */
export function corsFault(cors: Pick<Cors, "origins" | "credentials">) {
  // [SECURITY] With cookies, `*` would let every page in the world read what its visitor may read (CWE-942).
  if (cors.credentials && cors.origins.includes("*")) {
    return {
      field: "origins" as const,
      message: "everybody (*) does not go with credentials",
      remedy: "name the origins, or switch credentials off",
    };
  }
  if (cors.credentials && cors.origins.includes("null")) {
    return {
      field: "origins" as const,
      message: "null is the origin of any page's sandboxed frame, and does not go with credentials",
      remedy: "leave null out, or switch credentials off",
    };
  }
  if (cors.origins.includes("*") && cors.origins.length > 1) {
    return { field: "origins" as const, message: "* stands for all others too", remedy: "name * alone" };
  }
  return null;
}
