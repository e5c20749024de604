import type { HeaderList } from "../../core/header_list.ts";
import { bytesToText } from "../body/byte_text.ts";
import type { ValueSink } from "../body/sink.ts";
import { readCookies, readPairs } from "../body/urlencoded.ts";
import type { PlacedValue, RequestView } from "../conditions.ts";
import type { WafRequest } from "../request.ts";
import type { ValueKind } from "../targets/kinds.ts";
import type { Selector } from "../targets/selector.ts";

/** Kinds of values that a head holds; conditions on others find nothing here. */
export const HEAD_KINDS: ReadonlySet<ValueKind> = new Set([
  "path",
  "raw-path",
  "query",
  "uri",
  "arg",
  "arg-name",
  "header",
  "header-name",
  "cookie",
  "cookie-name",
  "method",
  "protocol",
  "client",
]);

/** The heads of one exchange as conditions see them. Takes apart only what is asked for. */
export class HeadView implements RequestView {
  readonly #request: WafRequest;
  readonly #response: { readonly status: number; readonly headers: HeaderList } | null;

  constructor(
    request: WafRequest,
    response: { readonly status: number; readonly headers: HeaderList } | null = null,
  ) {
    this.#request = request;
    this.#response = response;
  }

  valuesOf(selector: Selector): readonly PlacedValue[] {
    const found: PlacedValue[] = [];
    for (const kind of selector.kinds) this.#collect(kind, selector.name, found);
    return found;
  }

  #collect(kind: ValueKind, name: string | null, found: PlacedValue[]): void {
    const { method, rawPath, path, rawQuery, headers, clientAddress, protocol, signs } = this.#request;
    const one = (value: string) => void found.push({ kind, name: "", value });
    switch (kind) {
      case "path":
        return one(path);
      case "raw-path":
        return one(rawPath);
      case "method":
        return one(method);
      case "protocol":
        return one(protocol);
      case "client":
        return one(clientAddress);
      case "country":
      case "asn":
      case "fingerprint":
      case "bot-score":
      case "ja4": {
        const sign = signs?.sign(kind) ?? "";
        return sign === "" ? undefined : one(sign);
      }
      case "uri":
        return one(rawQuery === null ? rawPath : `${rawPath}?${rawQuery}`);
      case "query":
        return rawQuery === null ? undefined : one(rawQuery);
      case "arg":
      case "arg-name":
        return rawQuery === null ? undefined : readPairs(rawQuery, collector(kind, name, found));
      case "cookie":
      case "cookie-name":
        for (const value of headers.all("cookie")) readCookies(value, collector(kind, name, found));
        return;
      case "header":
      case "header-name":
        return fieldsOf(kind, headers, name, found);
      case "response-status":
        return this.#response === null ? undefined : one(String(this.#response.status));
      case "response-header":
        if (this.#response !== null) fieldsOf(kind, this.#response.headers, name, found);
        return;
    }
  }
}

/** What `selector` asks of all that no head holds: anomalies, the values of the body, the text of the answer. */
export function valuesBehindHead(
  selector: Selector,
  anomalies: Iterable<string>,
  body: readonly PlacedValue[],
  answer: string,
): PlacedValue[] {
  const { kinds, name } = selector;
  const found = body.filter((each) => kinds.includes(each.kind) && (name === null || each.name === name));
  if (kinds.includes("anomaly")) {
    for (const each of anomalies) found.push({ kind: "anomaly", name: each, value: each });
  }
  if (kinds.includes("response-body")) found.push({ kind: "response-body", name: "", value: answer });
  return found;
}

function fieldsOf(kind: ValueKind, fields: HeaderList, name: string | null, found: PlacedValue[]): void {
  for (let i = 0; i < fields.length; i++) {
    const field = fields.names[i]!;
    if (name !== null && field !== name) continue;
    const value = kind === "header-name" ? field : bytesToText(fields.values[i]!);
    found.push({ kind, name: field, value });
  }
}

function collector(wanted: ValueKind, wantedName: string | null, found: PlacedValue[]): ValueSink {
  return {
    value(kind, name, value) {
      if (kind === wanted && (wantedName === null || name === wantedName)) found.push({ kind, name, value });
    },
    undecoded() {},
    anomaly() {},
  };
}
