import type { GroupBy, UniqueField } from "../../core/correlation.ts";
import { namedValue, type RequestDigest } from "../../core/request_digest.ts";
import { ownCopy } from "../../lib/own_copy.ts";
import { clientText } from "../../lib/client_words.ts";
import { keyedHash } from "../secrets.ts";

/** Requests of one group are counted together; null: this request belongs to none. */
export function groupOf(digest: RequestDigest, by: GroupBy): string | null {
  switch (by) {
    case "source_ip":
      return digest.client;
    case "source_64":
      return clientText(digest.client);
    case "fingerprint":
      return digest.fingerprint === "" ? null : digest.fingerprint;
    case "session":
      return namedValue(digest, "session");
    default:
      return namedValue(digest, `cookie.${by.slice("cookie:".length)}`);
  }
}

/** How a group is written down: cookies are keys to somebody's session. */
export function shownGroup(group: string, by: GroupBy, hashKey: string): string {
  return by === "session" || by.startsWith("cookie:") ? keyedHash(hashKey, group) : group;
}

/** Longer ones are remembered as their hash. */
const LONGEST_LIKENESS = 64;

/** Equal for requests that are alike in all `fields`; short, whatever they hold. */
export function likeness(digest: RequestDigest, fields: readonly UniqueField[], hashKey: string): string {
  const whole = fields.map((field) => valueOf(digest, field, hashKey)).join("\n");
  return whole.length > LONGEST_LIKENESS ? keyedHash(hashKey, whole) : ownCopy(whole);
}

/** Of a body its beginning and its length count; the hash is what stored events show. */
export function bodyHash(digest: RequestDigest, hashKey: string): string {
  return digest.body === "" ? "" : keyedHash(hashKey, `${digest.requestBytes}\n${digest.body}`);
}

function valueOf(digest: RequestDigest, field: UniqueField, hashKey: string): string {
  switch (field) {
    case "path":
      return digest.path;
    case "query":
      return digest.query;
    case "body":
      return bodyHash(digest, hashKey);
    case "user_agent":
      return digest.userAgent;
    case "response_status":
      return String(digest.status);
    case "response_size":
      return String(digest.size);
    case "response_content_type":
      return digest.contentType;
  }
}
