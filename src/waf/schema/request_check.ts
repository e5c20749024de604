import type { ApiMedia, ApiParameter } from "../../core/api_schema.ts";
import { endpointKey } from "../../core/api_schema.ts";
import type { HeaderList } from "../../core/header_list.ts";
import { bytesToText } from "../body/byte_text.ts";
import { parseContentType } from "../body/content_type.ts";
import { inflateBody } from "../body/inflate.ts";
import { ValueCheck } from "./check_value.ts";
import { MultipartForm, readForm } from "./form_body.ts";
import type { EndpointMatch, SchemaRefusal } from "./host_schemas.ts";
import { readJsonBody } from "./json_value.ts";
import type { SchemaFault } from "./known_fields.ts";
import { pairParameter, type ReadParameter, singleParameter } from "./parameter_value.ts";
import { cookiePairs, queryPairs, type RawPairs } from "./raw_parameters.ts";

/** What is looked at of a request's head. */
export interface CheckedHead {
  readonly rawQuery: string | null;
  readonly headers: HeaderList;
  /** A body follows, as far as the head can tell. */
  readonly hasBody: boolean;
}

/** A body that is checked as it passes; `end` says what does not fit, or null. */
export interface StreamCheck {
  push(chunk: Uint8Array): void;
  end(): SchemaRefusal | null;
}

/** A compressed body may become this many times as long as one that is looked at. */
const INFLATED_TIMES = 4;

/** One request against the endpoint that it is for. */
export class RequestCheck {
  readonly #match: EndpointMatch;
  readonly #head: CheckedHead;
  #media: ApiMedia | null = null;
  #type = parseContentType("");

  constructor(match: EndpointMatch, head: CheckedHead) {
    this.#match = match;
    this.#head = head;
  }

  /** Parameters and content type: the first thing that does not fit, or null. */
  head(): SchemaRefusal | null {
    const { endpoint } = this.#match;
    const { rawQuery, headers, hasBody } = this.#head;
    const query = rawQuery === null ? new Map() : queryPairs(rawQuery);
    if (query === null) return this.#refuse(400, "query: has too many parameters");
    let cookies: RawPairs | null | undefined;
    for (const parameter of endpoint.parameters) {
      if (parameter.place === "cookie" && cookies === undefined) {
        cookies = cookiePairs(headers.all("cookie").join("; "));
        if (cookies === null) return this.#refuse(400, "cookie: there are too many");
      }
      const pairs = parameter.place === "query"
        ? query
        : parameter.place === "cookie"
        ? cookies ?? null
        : null;
      const refusal = this.#parameter(parameter, this.#read(parameter, pairs));
      if (refusal !== null) return refusal;
    }
    return hasBody ? this.#contentType() : this.#missingBody();
  }

  /** True where the body's content is to be looked at; after `head`. */
  get wantsBody(): boolean {
    return this.#head.hasBody && this.#media !== null && this.#media.node >= 0 && this.#reader() !== null;
  }

  /** A body whose beginning is all that can be held is none that can be vouched for. */
  tooLong(maxBytes: number): SchemaRefusal {
    return this.#refuse(400, `body: is longer than the ${maxBytes} bytes that can be checked`);
  }

  /** For a body that is not held as a whole: forms with files are checked as they stream by. Null: it is none. */
  stream(): StreamCheck | null {
    const boundary = this.#type.parameters.get("boundary") ?? "";
    if (this.#reader() !== "multipart" || boundary === "" || this.#encoding !== "") return null;
    const form = new MultipartForm(boundary);
    const { compiled } = this.#match;
    return {
      push: (chunk) => form.push(chunk),
      end: () => this.#form(form.end(this.#media!, compiled.table.nodes), this.#valueCheck()),
    };
  }

  /** Codings of the body, `identity` aside. */
  get #encoding(): string {
    const encoding = this.#head.headers.all("content-encoding").join(",");
    return /^[\s,]*(?:identity[\s,]*)*$/i.test(encoding) ? "" : encoding;
  }

  #valueCheck(): ValueCheck {
    const { compiled } = this.#match;
    return new ValueCheck(compiled.table, compiled.schema.strictBody);
  }

  body(bytes: Uint8Array): SchemaRefusal | null {
    if (bytes.length === 0) return this.#missingBody();
    const encoding = this.#encoding;
    if (encoding !== "") {
      const inflated = inflateBody(bytes, encoding, bytes.length * INFLATED_TIMES + 65_536);
      if (inflated.bytes === null) return this.#refuse(400, "body: cannot be unpacked");
      return this.#content(inflated.bytes);
    }
    return this.#content(bytes);
  }

  #content(bytes: Uint8Array): SchemaRefusal | null {
    const media = this.#media!;
    const { compiled } = this.#match;
    const check = this.#valueCheck();
    switch (this.#reader()) {
      case "json": {
        const read = readJsonBody(bytes, this.#type.parameters.get("charset") ?? null);
        if (read.fault !== null) return this.#refuse(400, `body: ${read.fault}`);
        return this.#faulty("body", check.fault(media.node, read.value, false));
      }
      case "form":
        return this.#form(readForm(bytes, media, compiled.table.nodes), check);
      case "multipart": {
        const boundary = this.#type.parameters.get("boundary") ?? "";
        if (boundary === "") return this.#refuse(400, "body: names no boundary");
        const form = new MultipartForm(boundary);
        form.push(bytes);
        return this.#form(form.end(media, compiled.table.nodes), check);
      }
      case null:
        return null;
    }
  }

  #form(value: Record<string, unknown> | null, check: ValueCheck): SchemaRefusal | null {
    if (value === null) return this.#refuse(400, "body: is no form that can be read");
    return this.#faulty("body", check.fault(this.#media!.node, value, true));
  }

  #read(parameter: ApiParameter, pairs: RawPairs | null): ReadParameter {
    if (pairs !== null) return this.#bracketed(parameter, pairs) ?? pairParameter(parameter, pairs);
    if (parameter.place === "path") {
      const at = this.#match.endpoint.names.indexOf(parameter.name);
      const text = this.#match.values[at];
      return text === undefined ? { kind: "absent" } : singleParameter(parameter, text);
    }
    const values = this.#head.headers.all(parameter.name);
    if (values.length === 0) return { kind: "absent" };
    if (values.length > 1 && parameter.shape === "scalar") {
      return { kind: "fault", message: "stands there more than once" };
    }
    return singleParameter(parameter, bytesToText(values.join(",")));
  }

  /**
   * [SECURITY] `limit[]=` and `user[$ne]=` are the parameters `limit` and `user` to PHP, Rails and qs: as lists and
   * tables, which one value must not be.
   */
  #bracketed({ name, place, shape }: ApiParameter, pairs: RawPairs): ReadParameter | null {
    if (place !== "query" || shape === "object") return null;
    const { parameters } = this.#match.endpoint;
    for (const key of pairs.keys()) {
      if (!key.startsWith(name) || key[name.length] !== "[") continue;
      if (shape === "array" && /^\[\d{0,5}\]$/.test(key.slice(name.length))) continue;
      if (!parameters.some((each) => each.place === "query" && isPartOf(key, each))) {
        return { kind: "fault", message: shape === "array" ? "must be a list" : "must be one value" };
      }
    }
    return null;
  }

  #parameter(parameter: ApiParameter, read: ReadParameter): SchemaRefusal | null {
    const place = `${parameter.place} ${parameter.name}`;
    switch (read.kind) {
      case "absent":
        return parameter.required ? this.#refuse(400, `${place}: is missing`) : null;
      case "fault":
        return this.#refuse(400, `${place}: ${read.message}`);
      case "value": {
        if (read.value === "" && parameter.allowsEmpty) return null;
        const check = new ValueCheck(this.#match.compiled.table, false);
        return this.#faulty(place, check.fault(parameter.node, read.value, read.isText));
      }
    }
  }

  #contentType(): SchemaRefusal | null {
    const { body } = this.#match.endpoint;
    if (body === null) {
      const isStrict = this.#match.compiled.schema.strictBody;
      return isStrict ? this.#refuse(400, "body: there must be none here") : null;
    }
    if (body.media.length === 0) return null;
    const types = this.#head.headers.all("content-type");
    this.#type = parseContentType(types[0] ?? "");
    // [SECURITY] Of two content types an application may take either.
    this.#media = types.length > 1 ? null : mediaFor(body.media, this.#type.mediaType);
    if (this.#media !== null) return null;
    const known = body.media.map(({ type }) => type).slice(0, 8).join(", ");
    return this.#refuse(415, `content-type: must be ${known}`);
  }

  #missingBody(): SchemaRefusal | null {
    return this.#match.endpoint.body?.required === true ? this.#refuse(400, "body: is missing") : null;
  }

  #reader(): "json" | "form" | "multipart" | null {
    const { mediaType } = this.#type;
    if (/[/+]json$/.test(mediaType)) return "json";
    if (mediaType === "application/x-www-form-urlencoded") return "form";
    return mediaType === "multipart/form-data" ? "multipart" : null;
  }

  #faulty(place: string, fault: SchemaFault | null): SchemaRefusal | null {
    if (fault === null) return null;
    return this.#refuse(400, `${place}${fault.place === "" ? "" : ` ${fault.place}`}: ${fault.message}`);
  }

  #refuse(status: 400 | 415, text: string): SchemaRefusal {
    const { compiled, endpoint, mode } = this.#match;
    return {
      mode: mode === "enforce" ? "enforce" : "detect",
      status,
      text,
      origin: `${compiled.schema.name}: ${endpointKey(endpoint)}`,
      allow: null,
    };
  }
}

/** True where the document has a parameter of its own for what is called `key`: `page[size]` beside `page`. */
function isPartOf(key: string, { name, shape, fields }: ApiParameter): boolean {
  return key === name || fields.includes(key) || (shape === "object" && key.startsWith(`${name}[`));
}

/** The most exact entry for a type, lower case, without parameters; null: there is none. */
function mediaFor(media: readonly ApiMedia[], type: string): ApiMedia | null {
  const family = `${type.split("/")[0]}/*`;
  return media.find((each) => each.type === type) ?? media.find((each) => each.type === family) ??
    media.find((each) => each.type === "*/*") ?? null;
}
