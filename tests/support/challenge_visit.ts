import assert from "node:assert/strict";
import { DEFAULT_HOST_CHALLENGE, type HostChallenge } from "../../src/core/challenge.ts";
import { runPipeline } from "../../src/gateway/pipeline/pipeline.ts";
import { PROOF_PARTS } from "../../src/shield/challenge/difficulty.ts";
import { solverOf } from "./challenge_solver.ts";
import { fakeExchange, type FakeExchangeParts, RecordedResponse } from "./fake_exchange.ts";
import { type FakeGateway, fakeGateway, fakeHost, fakeSnapshot } from "./fake_gateway.ts";

const solver = await solverOf();

const BROWSER = [
  ["host", "a.test"],
  ["connection", "keep-alive"],
  [
    "user-agent",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
  ],
  ["accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
  ["sec-fetch-mode", "navigate"],
  ["accept-encoding", "gzip, deflate, br"],
  ["accept-language", "en-US,en;q=0.9"],
] as const;

export type Field = readonly [string, string];

/** A gateway of one host in question, `a.test`, and another, `b.test`. */
export function gatewayWith(
  challenge: Partial<HostChallenge>,
  more: Parameters<typeof fakeHost>[0] = {},
): FakeGateway {
  const hosts = [
    fakeHost({ ...more, challenge: { ...DEFAULT_HOST_CHALLENGE, ...challenge } }),
    fakeHost({ id: "h2", domains: ["b.test"], challenge: { ...DEFAULT_HOST_CHALLENGE, mode: "always" } }),
  ];
  return fakeGateway(fakeSnapshot({ hosts, hostSlots: { h1: 0, h2: 1 } }));
}

/** One request of a visitor; a browser where nothing else is said. */
export interface Ask extends Omit<FakeExchangeParts, "headers"> {
  readonly cookie?: string;
  /** Instead of a browser's. */
  readonly headers?: readonly Field[];
  readonly more?: readonly Field[];
}

let serial = 0;

/** One request from its head to its end; null: it reached the target. */
export function ask(
  gateway: FakeGateway,
  { cookie, more = [], ...parts }: Ask = {},
): RecordedResponse | null {
  const response = new RecordedResponse();
  const authority = parts.authority ?? "a.test";
  const usual = (parts.headers ?? BROWSER).map(([name, value]): Field =>
    name === "host" ? [name, authority] : [name, value]
  );
  const headers = [...usual, ...more, ...(cookie === undefined ? [] : [["cookie", cookie] as const])];
  const exchange = fakeExchange({ ...parts, headers, response });
  // Each request has its own id, as a codec gives it.
  Object.defineProperty(exchange, "id", {
    value: `01ARZ3NDEKTSV4RRFFQ69${String(serial++).padStart(5, "0")}`,
  });
  const before = gateway.sent.length;
  runPipeline(exchange, gateway.services);
  return gateway.sent.length > before ? null : response;
}

/** What a page asks for. */
export function ticketOf(page: RecordedResponse | null): { ticket: string; bits: number } {
  assert.equal(page?.status, 503);
  const { body } = page!;
  return {
    ticket: /data-ticket="([^"]+)"/.exec(body)![1]!,
    bits: Number(/data-bits="(\d+)"/.exec(body)![1]),
  };
}

/** What the page would find. */
export function proofOf(ticket: string, bits: number): string {
  const one = solver(ticket, bits, PROOF_PARTS);
  let counters: string[];
  do ({ counters } = one.step(20_000)); while (counters.length < PROOF_PARTS);
  return `${ticket}~${counters.join("-")}~0`;
}

/** Brings a proof back. */
export function submit(gateway: FakeGateway, proof: string, parts: Ask = {}): RecordedResponse {
  const more: Field[] = [["x-aegis-proof", proof], ...(parts.more ?? [])];
  return ask(gateway, { ...parts, method: "POST", rawPath: "/_aegis/challenge", more })!;
}

/** The pass as a cookie. */
export function cookieOf(response: RecordedResponse): string {
  const set = response.headers.get("set-cookie");
  assert.match(
    set ?? "",
    /^aegis_clearance=v1\.[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=(?:Lax|None; Secure)$/,
  );
  return set!.split(";")[0]!;
}

/** As a phone: its first proof is short. */
export function pass(gateway: FakeGateway, parts: Ask = {}): string {
  const { ticket, bits } = ticketOf(ask(gateway, { ...parts, more: [["sec-ch-ua-mobile", "?1"]] }));
  const answer = submit(gateway, proofOf(ticket, bits), parts);
  assert.equal(answer.status, 200);
  return cookieOf(answer);
}
