// deno-lint-ignore-file no-console -- a program for the terminal
/**
 * What bodies of one megabyte that are made to be slow cost a gateway thread: each rule's own examples, whole and cut
 * off, over and over; characters that parsers and patterns stumble over; deep and wide bodies of every type.
 *
 * deno task -q v8 run -A tests/bench/waf_hostile.ts [--every N] [--from I] [--bytes N] [--show N] [--in PLACE]
 *
 * `--in path`, `query`, `cookie` or the name of a header field puts the same bytes into the head.
 * `--every 1` takes all examples of rules, some thousands.
 */
import { Buffer } from "node:buffer";
import { parseArgs } from "node:util";
import { systemClock } from "../../src/core/clock.ts";
import { HeaderList } from "../../src/core/header_list.ts";
import { canonicalPath } from "../../src/lib/canonical_path.ts";
import { BUILTIN_RULE_FILES } from "../../src/waf/rule_files/builtin.ts";
import { compileWaf, type WafDecision, type WafRequest } from "../../src/waf/engine.ts";
import { buildRequest } from "../../src/waf/rule_files/example_request.ts";
import { loadRuleFiles } from "../../src/waf/rule_files/rule_file.ts";
import { Random } from "../fuzz/random.ts";

const MARK_MS = 250;
/** What a gateway gives a body before others have their turn. */
const TURN_MS = 10;

const { values: flags } = parseArgs({
  args: Deno.args,
  options: {
    every: { type: "string", default: "40" },
    from: { type: "string", default: "0" },
    in: { type: "string", default: "body" },
    bytes: { type: "string" },
    show: { type: "string", default: "20" },
  },
});
/** A head is no longer than `server.max_header_bytes`. */
const size = Number(flags.bytes ?? (flags.in === "body" ? 1_048_576 : 65_000));
const loaded = loadRuleFiles(BUILTIN_RULE_FILES);
const policy = compileWaf({
  rules: loaded.map(({ rule }) => rule),
  ruleSwitches: {},
  exceptions: [],
  paranoiaLevel: 1,
  threshold: 5,
  hashKey: "00",
  maxInspectBytes: size,
}).hostPolicy({
  id: "bench",
  domains: ["bench.example"],
  waf: { mode: "detect", paranoia: null, threshold: null, rules: {}, learned: "off" },
});

interface Hostile {
  readonly name: string;
  readonly type: string;
  readonly body: Uint8Array;
}

function repeated(name: string, text: string, type = "text/plain"): Hostile {
  return { name, type, body: Buffer.from(text.repeat(Math.ceil(size / text.length)).slice(0, size)) };
}

function listed(name: string, type: string, bytesEach: number, whole: (items: number) => string): Hostile {
  return { name, type, body: Buffer.from(whole(Math.floor(size / bytesEach))) };
}

function* examples(): Generator<string> {
  for (const { tests } of loaded) yield* textsIn(tests.match);
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string" && value.length > 1) {
    yield value;
    yield value.slice(0, -1);
    yield value.slice(0, Math.ceil(value.length / 2));
  } else if (typeof value === "object" && value !== null) {
    for (const each of Object.values(value)) yield* textsIn(each);
  }
}

const STUMBLES = "' \" ( < [ { a= & % \\ /* ../ ${ ` 'a <!-- &#x 0x A".split(" ").concat([
  "<a ",
  " or ",
  "-- ",
  "\n",
]);
const FORM = "application/x-www-form-urlencoded";

/** ASCII in too many bytes, some of them blanks. */
const OVERLONG: readonly (readonly [string, string])[] = [
  ["dots", "c0ae"],
  ["slashes", "c0af"],
  ["blanks", "c0a0"],
  ["blanks and controls", "c08520c0a0"],
  ["letters", "c181c182"],
  ["of three bytes", "e080af"],
];
const ESCAPES = ["#\\n", "--\\n", "\\u0027", "\\x27", "\\'", "\\61 ", "&#x3c;", "%2527", "$IFS"];

/** Parts that lead to many different readings of one text, each drawn anew: what a search by random grammars found. */
const DRAWN: readonly (readonly [string, string, (random: Random) => string])[] = [
  ["percent three times, css", "", (r) => `%2525${hex(r)}%2525${hex(r)}\\${hex(r)}${hex(r)} `],
  ["percent in json in json", '{"a":"{\\"a\\":\\"', (r) => `%${hex(r)}\\\\\\"b\\\\\\",[1,`],
  ["random base64", "", (r) => `${btoa(hex(r) + String.fromCharCode(...bytes(r, 24)))}%25${hex(r)} "id" `],
  ["shell signs and bytes", "", (r) => `$@${String.fromCharCode(...bytes(r, 2))}\\${hex(r)} ab'x\`|`],
  ["open tags and calls", "", (r) => `<svg <b alert (eval (${String.fromCharCode(...bytes(r, 3))}`],
  ["overlong and base64", "", (r) => `{a\xc0\xaf${btoa(String.fromCharCode(...bytes(r, 30)))} `],
  ["any sign and long comments", "", (r) => `${String.fromCharCode(...bytes(r, 40))}/*${"y".repeat(80)}*/`],
];

function bytes(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.below(256));
}

function hex(random: Random): string {
  return hexOf(random.below(256));
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

function drawn(random: Random, head: string, part: (random: Random) => string): Uint8Array {
  const parts = [head];
  for (let length = head.length; length < size;) length += parts[parts.push(part(random)) - 1]!.length;
  return Buffer.from(parts.join(""), "latin1").subarray(0, size);
}

function inside(head: string, bytes: Uint8Array, tail: string): Uint8Array {
  const room = size - head.length - tail.length;
  return Buffer.concat([Buffer.from(head), bytes.subarray(0, room), Buffer.from(tail)]);
}

function* bodies(): Generator<Hostile> {
  const texts = [...new Set(examples())];
  for (let i = Number(flags.from); i < texts.length; i += Number(flags.every)) {
    yield repeated(JSON.stringify(texts[i]).slice(0, 70), texts[i]!);
  }
  for (const text of STUMBLES) {
    yield repeated(`text ${JSON.stringify(text)}`, text);
    yield repeated(`form ${JSON.stringify(text)}`, text, FORM);
  }
  for (const [name, hex] of OVERLONG) {
    const bytes = Buffer.from(hex.repeat(Math.ceil(size / (hex.length / 2))), "hex");
    yield { name: `overlong ${name}`, type: "text/plain", body: bytes.subarray(0, size) };
    yield { name: `form overlong ${name}`, type: FORM, body: inside("a=", bytes, "") };
    yield { name: `json overlong ${name}`, type: "application/json", body: inside('{"a":"', bytes, '"}') };
  }
  for (const text of ESCAPES) {
    const bytes = Buffer.from(text.repeat(Math.ceil(size / text.length)));
    yield { name: `json ${text}`, type: "application/json", body: inside('{"a":"', bytes, '"}') };
    yield repeated(`text ${text}`, text);
  }
  const random = new Random(1);
  const signs = Buffer.from(Uint8Array.from({ length: size }, () => 0x20 + random.below(95)));
  yield { name: "random signs", type: "text/plain", body: signs };
  yield { name: "json random signs", type: "application/json", body: signs };
  for (const [name, head, part] of DRAWN) {
    const body = drawn(random, head, part);
    yield { name, type: "text/plain", body };
    yield { name: `json ${name}`, type: "application/json", body };
  }
  const many = (n: number, make: (i: number) => string) => Array.from({ length: n }, (_, i) => make(i));
  yield listed("deep arrays", "application/json", 2, (n) => "[".repeat(n) + "]".repeat(n));
  yield listed("deep objects", "application/json", 5, (n) => '{"a":'.repeat(n));
  yield listed("many keys", "application/json", 12, (n) => `{${many(n, (i) => `"k${i}":1`).join(",")}}`);
  yield listed("many strings", "application/json", 8, (n) => `[${many(n, () => `"a'b"`).join(",")}]`);
  yield listed("many parameters", FORM, 8, (n) => many(n, (i) => `a${i}='`).join("&"));
  yield listed("deep elements", "application/xml", 3, (n) => "<a>".repeat(n));
  yield listed(
    "many attributes",
    "application/xml",
    10,
    (n) => `<a ${many(n, (i) => `b${i}="c"`).join(" ")}/>`,
  );
  const parts = 'multipart/form-data; boundary="x"';
  const part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\'\r\n';
  yield listed("many parts", parts, part.length, (n) => `${part.repeat(n)}--x--`);
  yield listed("empty parts", parts, 5, (n) => "--x\r\n".repeat(n));
}

/** As much of `bytes` as may stand in that place of a head. */
function headWith(bytes: Uint8Array): Partial<WafRequest> {
  const text = Buffer.from(bytes).toString("latin1");
  const encoded = text.replace(/[^\x21-\x7e\x80-\xff]|#/g, (c) => `%${hexOf(c.charCodeAt(0))}`).slice(
    0,
    size,
  );
  // deno-lint-ignore no-control-regex -- no field of a head holds them
  const field = text.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, "");
  switch (flags.in) {
    case "path":
      return { rawPath: `/${encoded}`, path: canonicalPath(`/${encoded}`).path };
    case "query":
      return { rawQuery: `a=${encoded}` };
    default:
      return { headers: HeaderList.from([[flags.in, flags.in === "cookie" ? `a=${field}` : field]]) };
  }
}

/** As a gateway does it; `atOnceMs`: the longest that anything else of the thread has to wait. */
function costMs({ type, body }: Hostile): { ms: number; atOnceMs: number; rules: string } {
  const inBody = flags.in === "body";
  const { request } = buildRequest(inBody ? { body: "", content_type: type } : {});
  const waf = policy.begin(inBody ? request : { ...request, ...headWith(body) });
  const costs: number[] = [];
  const timed = (judge: () => WafDecision | null) => {
    const before = systemClock.threadCpu();
    const decision = judge();
    costs.push(systemClock.threadCpu() - before);
    return decision;
  };
  if (inBody) waf.requestHead();
  let decision = timed(() => inBody ? waf.beginBody(body, null, TURN_MS) : waf.requestHead());
  while (decision === null) decision = timed(() => waf.goOn(TURN_MS));
  return {
    ms: costs.reduce((sum, ms) => sum + ms, 0),
    atOnceMs: Math.max(...costs),
    rules: [...new Set(waf.findings.map(({ ruleId }) => ruleId))].join(" "),
  };
}

const warm = repeated("warm", "some words; and signs (a=b) 'c' <d> /e/f. ");
for (let i = 0; i < 3; i++) costMs(warm);
const costs = [...bodies()].map((body) => ({ name: body.name, ...costMs(body) })).sort((a, b) => b.ms - a.ms);
console.log("ms in all, ms at once");
for (const { ms, atOnceMs, name, rules } of costs.slice(0, Number(flags.show))) {
  console.log(ms.toFixed(0).padStart(6), atOnceMs.toFixed(0).padStart(5), " ", name, rules);
}
const over = costs.filter(({ ms }) => ms > MARK_MS).length;
const atOnce = Math.max(...costs.map(({ atOnceMs }) => atOnceMs));
console.log(`${costs.length} bodies of ${size} bytes, ${over} over ${MARK_MS} ms of a thread's CPU in all`);
console.log(`at once, before others have their turn: at most ${atOnce.toFixed(0)} ms`);
