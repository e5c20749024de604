import { z } from "zod";
import { canonicalPath } from "../lib/canonical_path.ts";
import { linearProblem, patternRemedy } from "../waf/regex/pattern.ts";
import { complain } from "./fields.ts";
import { RateLimitInput } from "./host_traffic_schema.ts";
import { HeaderEditsInput } from "./header_edits_schema.ts";

/** A path as requests are compared with it; what cannot be read is left as it is. */
function normalPrefix(text: string): string {
  const encoded = text.trim().replace(/[^\x21-\x7e]+/g, (found) => encodeURIComponent(found.toWellFormed()));
  return prefixFault(encoded) === null ? canonicalPath(encoded).path : text.trim();
}

function prefixFault(text: string) {
  const fault = (message: string, remedy: string) => ({ message, remedy });
  if (!text.startsWith("/")) return fault(`"${text}" is no path`, "begin it with /, as /api");
  if (/[?#*]/.test(text)) {
    return fault(
      `"${text}" holds ${text.match(/[?#*]/)![0]}`,
      "write the path alone; it stands for all below it",
    );
  }
  const { escapes, hasEncodedSeparator } = canonicalPath(text);
  if (escapes) return fault(`"${text}" climbs above the root`, "write the path without ..");
  // [SECURITY] Requests for such paths are refused on a host with path rules: the entry would never be reached.
  if (hasEncodedSeparator) {
    return fault(`"${text}" holds %2f, %5c, \\ or ;`, "leave them out: servers disagree on what they mean");
  }
  return null;
}

/** A canonical path that stands for itself and what is below it. */
export const PathPrefix = z.string().min(1).max(1_024).overwrite(normalPrefix)
  .check(complain((text: string) => prefixFault(text)));

/** A pattern that no path can stall (CWE-1333). */
export const LinearRegex = z.string().min(1).max(1_024).check(complain((pattern: string) => {
  const problem = linearProblem(pattern);
  if (problem === null) return null;
  return {
    message: `regex refused: ${problem}`,
    remedy: patternRemedy(problem),
  };
}));

/** Objects without their defaults: what is not named is the host's. */
interface Parts<
  T extends z.ZodType,
  W extends z.ZodType,
  B extends z.ZodType,
  F extends z.ZodType,
  C extends z.ZodType,
> {
  readonly timeouts: T;
  readonly waf: W;
  readonly maxBodyBytes: B;
  readonly target: F;
  readonly challenge: C;
}

/** One entry of `paths`. */
export function PathInput<
  T extends z.ZodType,
  W extends z.ZodType,
  B extends z.ZodType,
  F extends z.ZodType,
  C extends z.ZodType,
>(
  parts: Parts<T, W, B, F, C>,
) {
  return z.strictObject({
    prefix: PathPrefix.optional(),
    regex: LinearRegex.optional(),
    targets: z.array(parts.target).max(256).default([]),
    timeouts: parts.timeouts.optional(),
    max_body_bytes: parts.maxBodyBytes.optional(),
    rate_limit: RateLimitInput.optional(),
    waf: parts.waf.optional(),
    challenge: parts.challenge.optional(),
    request_headers: HeaderEditsInput("request").optional(),
    response_headers: HeaderEditsInput("response").optional(),
  }).check(complain((path: { prefix?: unknown; regex?: unknown }) => {
    if ((path.prefix === undefined) !== (path.regex === undefined)) return null;
    return {
      message: path.prefix === undefined ? "says for which path it is nowhere" : "has a prefix and a regex",
      remedy: "name one of prefix and regex",
    };
  }));
}

const MOST_PATHS = 256;

/** `paths` of a host: no prefix twice, because only the first would ever be reached. */
export function PathList<P extends z.ZodType>(path: P) {
  return z.array(path).max(MOST_PATHS).check((payload) => {
    const seen = new Set<string>();
    for (const [i, each] of payload.value.entries()) {
      const { prefix, regex } = each as { prefix?: string; regex?: string };
      const key = prefix ?? `regex ${regex}`;
      if (seen.has(key)) {
        payload.issues.push({
          code: "custom",
          path: [i, prefix === undefined ? "regex" : "prefix"],
          message: `"${prefix ?? regex}" stands here twice`,
          params: { remedy: "keep one of the two" },
          input: each,
        });
      }
      seen.add(key);
    }
  });
}
