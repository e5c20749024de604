import { Buffer, isUtf8 } from "node:buffer";
import type { Evidence } from "../../core/evidence.ts";
import { HeaderList } from "../../core/header_list.ts";
import { maskQuery } from "../../lib/mask.ts";
import { BodyInspection } from "../../waf/transaction/body_inspection.ts";
import type { ValueSink } from "../../waf/body/sink.ts";
import { isSecretTarget, shapeOf, shapeSecretPairs } from "../../waf/secrets.ts";
import { targetLabel, type ValueKind } from "../../waf/targets/kinds.ts";

/** Characters of a body that are shown. */
const SHOWN_CHARS = 32 * 1024;
/** Secret values of one body that are hidden one by one; of a body with more nothing is shown. */
const MOST_SECRETS = 1_000;

/** Their values are the names themselves. */
const NAMES: ReadonlySet<ValueKind> = new Set(["arg-name", "json-key", "cookie-name", "multipart-name"]);

/**
 * A kept request as people may read it. [SECURITY] What the log would not hold is not shown either (spec 04, Request
 * log): values of secret-looking names, of Authorization and of Cookie are reduced to their shape.
 */
export function evidenceText(evidence: Evidence): {
  readonly target: string;
  readonly headers: { name: string; value: string }[];
  /** Null where it cannot be shown: it is compressed, or no text. */
  readonly body: string | null;
} {
  const query = evidence.rawQuery === null ? "" : `?${maskQuery(evidence.rawQuery)}`;
  return {
    target: evidence.rawPath + query,
    headers: evidence.headers.map(([name, value]) => ({
      name,
      value: isSecretTarget(`headers:${name}`) ? shapeOf(value) : shapeSecretPairs(value),
    })),
    body: bodyText(evidence),
  };
}

function bodyText(evidence: Evidence): string | null {
  if (evidence.body.length === 0) return "";
  const isCompressed = evidence.headers.some(([name]) => name === "content-encoding");
  if (isCompressed || evidence.body.includes(0) || !isUtf8(evidence.body)) return null;
  const secrets = secretsOf(evidence);
  if (secrets.size > MOST_SECRETS) return null;
  let text = Buffer.from(evidence.body).toString("utf8");
  for (const secret of secrets) text = text.replaceAll(secret, shapeOf(secret));
  return shapeSecretPairs(text).slice(0, SHOWN_CHARS);
}

/** Values that stand under secret-looking names, as the engine reads the body, longest first. */
function secretsOf({ method, rawPath, rawQuery, headers, client, protocol, body }: Evidence): Set<string> {
  const found = new Set<string>();
  const sink: ValueSink = {
    value: (kind, name, value) => {
      if (value !== "" && !NAMES.has(kind) && isSecretTarget(targetLabel(kind, name))) found.add(value);
    },
    undecoded: () => {},
    anomaly: () => {},
  };
  const request = {
    method,
    rawPath,
    path: rawPath,
    rawQuery,
    headers: HeaderList.from(headers),
    clientAddress: client,
    protocol,
  };
  const inspection = new BodyInspection(request, sink, body.length + 1);
  inspection.whole(body);
  inspection.end();
  return new Set([...found].sort((a, b) => b.length - a.length));
}
