import { Buffer } from "node:buffer";
import { HeaderList } from "../../core/header_list.ts";
import { canonicalPath } from "../../lib/canonical_path.ts";
import type { WafRequest } from "../request.ts";
import type { ExampleRequest } from "./rule_schema.ts";

/** A request that exists only to be judged: by a rule's tests, the live tester, the CLI. */
export interface BuiltRequest {
  readonly request: WafRequest;
  /** null: without a body. */
  readonly body: Uint8Array | null;
  readonly response: BuiltResponse | null;
}

export interface BuiltResponse {
  readonly status: number;
  readonly headers: HeaderList;
  /** Its text; null: without a body. */
  readonly body: string | null;
}

const BOUNDARY = "----AegisExample7MA4YWxkTrZu0gW";
const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** The whole request that a short form stands for. */
export function buildRequest(example: ExampleRequest): BuiltRequest {
  const { body, type } = bodyOf(example);
  const headers = headersOf(example, example.content_type ?? type);
  const rawPath = byteString(example.path ?? "/");
  if (body !== null) headers.append("content-length", String(body.length));
  const response = example.response;
  return {
    request: {
      method: example.method ?? (body === null ? "GET" : "POST"),
      rawPath,
      path: canonicalPath(rawPath).path,
      rawQuery: queryOf(example),
      headers,
      clientAddress: example.client ?? "192.0.2.1",
      protocol: "HTTP/1.1",
      signs: { sign: (kind) => String(example.signs?.[kind] ?? "") },
    },
    body,
    response: response === undefined ? null : {
      status: response.status ?? 200,
      headers: HeaderList.from(Object.entries(response.headers ?? {})),
      body: response.body ?? null,
    },
  };
}

/** UTF-8 as one char a byte, the form in which the wire's bytes reach the engine. */
function byteString(text: string): string {
  return Buffer.from(text, "utf-8").toString("latin1");
}

function queryOf(example: ExampleRequest): string | null {
  const parts: string[] = [];
  if (example.query !== undefined) parts.push(byteString(example.query));
  for (const [name, value] of Object.entries(example.args ?? {})) {
    for (const each of Array.isArray(value) ? value : [value]) parts.push(pair(name, String(each)));
  }
  return parts.length === 0 ? null : parts.join("&");
}

/** Percent-encoding of every byte that is no letter or digit, so that lone surrogates and NUL survive too. */
function pair(name: string, value: string): string {
  return `${percent(name)}=${percent(value)}`;
}

function percent(text: string): string {
  return byteString(text).replace(/[^A-Za-z0-9._~-]/g, (char) => {
    return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
}

function headersOf(example: ExampleRequest, contentType: string | undefined): HeaderList {
  const headers = HeaderList.from([
    ["host", "app.example"],
    ["user-agent", byteString(example.user_agent ?? USER_AGENT)],
    ["accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
    ["accept-language", "en-US,en;q=0.5"],
  ]);
  if (contentType !== undefined) headers.append("content-type", byteString(contentType));
  const cookies = Object.entries(example.cookies ?? {}).map(([name, value]) => `${name}=${value}`);
  if (cookies.length > 0) headers.append("cookie", byteString(cookies.join("; ")));
  for (const [written, value] of Object.entries(example.headers ?? {})) {
    const name = written.toLowerCase();
    headers.delete(name);
    for (const each of Array.isArray(value) ? value : [value]) headers.append(name, byteString(each));
  }
  return headers;
}

function bodyOf(example: ExampleRequest): { body: Uint8Array | null; type: string | undefined } {
  if (example.body !== undefined) return { body: Buffer.from(example.body, "utf-8"), type: undefined };
  if (example.body_base64 !== undefined) {
    return { body: Buffer.from(example.body_base64, "base64"), type: undefined };
  }
  if (example.form !== undefined) {
    const pairs = Object.entries(example.form).map(([name, value]) => pair(name, String(value)));
    return { body: Buffer.from(pairs.join("&"), "latin1"), type: "application/x-www-form-urlencoded" };
  }
  if (example.json !== undefined) {
    return { body: Buffer.from(JSON.stringify(example.json), "utf-8"), type: "application/json" };
  }
  if (example.xml !== undefined) return { body: Buffer.from(example.xml, "utf-8"), type: "application/xml" };
  if (example.multipart !== undefined) {
    return { body: multipartOf(example.multipart), type: `multipart/form-data; boundary=${BOUNDARY}` };
  }
  return { body: null, type: undefined };
}

function multipartOf(parts: NonNullable<ExampleRequest["multipart"]>): Uint8Array {
  const written = parts.map((part) => {
    const file = part.filename === undefined ? "" : `; filename="${part.filename}"`;
    const said = part.content_type ?? (part.filename === undefined ? undefined : "application/octet-stream");
    const type = said === undefined ? "" : `\r\nContent-Type: ${said}`;
    return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${part.name}"${file}${type}\r\n\r\n${part.content}\r\n`;
  });
  return Buffer.from(`${written.join("")}--${BOUNDARY}--\r\n`, "utf-8");
}
