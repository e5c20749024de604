import type { RequestDigest } from "../../core/request_digest.ts";
import { DIGEST_BODY_BYTES } from "../../core/request_digest.ts";
import { buildRequest } from "../rule_files/example_request.ts";
import type { ExampleSequence, ExampleStep } from "../rule_files/rule_schema.ts";
import { SESSION_COOKIES } from "./needs.ts";

const START = Date.UTC(2026, 0, 1);

/** The digests that a gateway would make of a written sequence, in which everything is collected. */
export function buildSequence(sequence: ExampleSequence): RequestDigest[] {
  let at = START;
  return sequence.flatMap((step) =>
    Array.from({ length: step.repeat ?? 1 }, (_, i) => {
      at += (step.after ?? 1) * 1_000;
      return digestOf(numbered(step, i + 1), at);
    })
  ).map((digest, i) => ({ ...digest, id: `example-${i + 1}` }));
}

/** `{n}` is the request's number, in whatever text of the step. */
function numbered(step: ExampleStep, n: number): ExampleStep {
  return step.repeat === undefined
    ? step
    : JSON.parse(JSON.stringify(step).replaceAll("{n}", String(n))) as ExampleStep;
}

function digestOf(step: ExampleStep, at: number): RequestDigest {
  const { request, body } = buildRequest(step);
  const { response } = step;
  const answer = new Headers(response?.headers);
  return {
    id: "",
    at,
    hostId: "test",
    client: request.clientAddress,
    method: request.method,
    path: request.path,
    query: request.rawQuery ?? "",
    userAgent: request.headers.get("user-agent") ?? "",
    status: response?.status ?? 200,
    size: response?.size ?? response?.body?.length ?? 0,
    contentType: answer.get("content-type") ?? "",
    latencyMs: response?.latency_ms ?? 1,
    requestBytes: body?.length ?? 0,
    marked: false,
    isGoodBot: false,
    body: body === null ? "" : byteText(body.subarray(0, DIGEST_BODY_BYTES)),
    responseBody: (response?.body ?? "").slice(0, DIGEST_BODY_BYTES),
    fingerprint: "",
    named: namedOf(step.cookies ?? {}, request.headers, answer),
    found: (step.found ?? []).map((name) => `${name}\t${name}\n`).join(""),
  };
}

/** What a gateway would collect where every cookie and header is asked for. */
export function namedOf(
  cookies: Readonly<Record<string, string>>,
  headers: ReturnType<typeof buildRequest>["request"]["headers"],
  answer: Headers,
): string {
  const lines: string[] = [];
  const session = SESSION_COOKIES.find((name) => cookies[name] !== undefined);
  if (session !== undefined) lines.push(`session\t${cookies[session]}`);
  for (const [name, value] of Object.entries(cookies)) lines.push(`cookie.${name}\t${value}`);
  for (let i = 0; i < headers.length; i++) lines.push(`header.${headers.names[i]}\t${headers.values[i]}`);
  for (const [name, value] of answer) lines.push(`response.header.${name}\t${value}`);
  return lines.map((line) => `${line}\n`).join("");
}

function byteText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
