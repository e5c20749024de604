import { CONTRACT } from "../control/operation.ts";
import { AegisError } from "../core/errors.ts";
import { HttpProblem } from "./problem.ts";
import { NUMBER_FIELDS, type Route } from "./routes.ts";

type Fields = Record<string, unknown>;

const MAX_BODY_BYTES = 1_048_576;
/** [SECURITY] Of operations for anyone: nobody makes us hold a megabyte before saying who they are. */
const MAX_OPEN_BODY_BYTES = 16_384;
/** The text of an import is at most 4 MiB, more as a JSON string. */
const MAX_IMPORT_BYTES = 9 * 1_048_576;
/** Documents of APIs, up to 16 MiB, and signed rule sets, up to 8; more as a JSON string. */
const MAX_DOCUMENT_BYTES = 24 * 1_048_576;
const DOCUMENTS: ReadonlySet<string> = new Set(["schemas.create", "schemas.ingest", "releases.import"]);

/** Gathers an operation's input from path, query, body and If-Match, as the route says. Validation is `perform`'s. */
export async function readInput(
  route: Route,
  request: Request,
  params: Readonly<Record<string, string>>,
): Promise<Fields> {
  // A body that nobody wants is read all the same: an answer before its end resets the stream, and curl then shows none.
  if (route.body === undefined) await readBounded(request, MAX_OPEN_BODY_BYTES);
  const fromBody = route.body === undefined
    ? {}
    : bodyFields(route.body, await readJson(request, limitOf(route)));
  const fromPath = Object.fromEntries(
    pathFields(route.path).map((name) => [name, pathValue(name, params[name])]),
  );
  const version = route.versioned && request.method !== "GET"
    ? versionOf(request.headers.get("if-match"))
    : undefined;
  return {
    ...fromBody,
    ...queryFields(route.query ?? [], new URL(request.url).searchParams),
    ...fromPath,
    // What is only made has no version yet.
    ...(version === undefined || pathFields(route.path).length === 0 ? {} : { version }),
  };
}

/** What an operation throws, its fields named as they stand in the body that was sent: `waf.mode`, not `patch.waf.mode`. */
export function asSent(thrown: unknown, { body }: Pick<Route, "body">): unknown {
  if (!(thrown instanceof AegisError) || body === undefined || body === "input") return thrown;
  const bare = (text: string) => text.startsWith(`${body}.`) ? text.slice(body.length + 1) : text;
  return new AegisError(thrown.code, bare(thrown.message), {
    privateText: thrown.privateText,
    fields: thrown.fields.map((error) => ({ ...error, field: bare(error.field) })),
    cause: thrown.cause,
  });
}

/** Names of the variables in a route's path. */
export function pathFields(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
}

function pathValue(name: string, text: string | undefined): string | number | undefined {
  return NUMBER_FIELDS.has(name) && text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function limitOf(route: Route): number {
  if (CONTRACT[route.operation].role === "anyone") return MAX_OPEN_BODY_BYTES;
  if (DOCUMENTS.has(route.operation)) return MAX_DOCUMENT_BYTES;
  return route.operation === "rules.import" || route.operation === "rules.lint"
    ? MAX_IMPORT_BYTES
    : MAX_BODY_BYTES;
}

function bodyFields(place: string, body: unknown): Fields {
  if (place !== "input") return { [place]: body };
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Fields;
  throw new AegisError("invalid_input", "the body must be a JSON object");
}

async function readJson(request: Request, limit: number): Promise<unknown> {
  // [SECURITY] A form of another site can send text/plain without a preflight, JSON it cannot (CSRF).
  const type = (request.headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (type !== "application/json") {
    throw new HttpProblem(415, "the body must be JSON: send it as application/json", {
      accept: "application/json",
    });
  }
  if (request.headers.has("content-encoding")) {
    throw new HttpProblem(415, "send the body without Content-Encoding");
  }
  const bytes = await readBounded(request, limit);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes), withoutPrototype);
  } catch (cause) {
    throw new AegisError("invalid_input", "the body is not JSON in UTF-8", { cause });
  }
}

/** [SECURITY] CWE-1321: a key `__proto__` is data nowhere in this API. */
function withoutPrototype(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}

async function readBounded(request: Request, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > limit) throw new HttpProblem(413, `the body is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** `exclude.rule=x` goes into `exclude: { rule: "x" }`. Unknown and repeated names are refused. */
function queryFields(known: readonly string[], query: URLSearchParams): Fields {
  const fields: Fields = {};
  for (const name of new Set(query.keys())) {
    const [value, ...more] = query.getAll(name);
    if (!known.includes(name) || more.length > 0) {
      const message = more.length > 0 ? "stands in the query more than once" : "is not known here";
      throw new AegisError("invalid_input", `${name} ${message}`, {
        fields: [{
          field: name,
          message,
          remedy: known.length === 0 ? "leave it out" : `known: ${known.join(", ")}`,
        }],
      });
    }
    const [group, key] = name.split(".") as [string, string | undefined];
    const read = NUMBER_FIELDS.has(name) && /^\d{1,15}$/.test(value!) ? Number(value) : value;
    if (key === undefined) fields[name] = read;
    else fields[group] = { ...fields[group] as Fields | undefined, [key]: read };
  }
  return fields;
}

/** The version of `If-Match: "7"`; undefined where there is none or `*` (RFC 9110 §13.1.1). */
function versionOf(header: string | null): number | undefined {
  if (header === null || header.trim() === "*") return undefined;
  const match = /^"(\d{1,15})"$/.exec(header.trim());
  if (match === null) {
    throw new AegisError("precondition_failed", 'If-Match must be one ETag as it was sent: "7"');
  }
  return Number(match[1]);
}
