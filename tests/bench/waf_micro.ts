// deno-lint-ignore-file no-console -- a program for the terminal
/**
 * What the rule engine costs a request, in enforce mode with the embedded rules: a browser's GET with three parameters
 * whose values were seen before, the same with new values each time, and a JSON POST of 1 KB.
 *
 * deno run -A tests/bench/waf_micro.ts [--rules DIR] [--rounds N] [--learned off]
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { LearnedMode } from "../../src/core/learned_model.ts";
import { HeaderList } from "../../src/core/header_list.ts";
import { BUILTIN_RULE_FILES } from "../../src/waf/rule_files/builtin.ts";
import { compileWaf, type WafRequest } from "../../src/waf/engine.ts";
import { builtinModel } from "../../src/waf/learned/builtin_model.ts";
import { loadRuleFiles } from "../../src/waf/rule_files/rule_file.ts";

const { values: flags } = parseArgs({
  args: Deno.args,
  options: {
    rules: { type: "string" },
    rounds: { type: "string", default: "20000" },
    learned: { type: "string", default: "score" },
  },
});
const rounds = Number(flags.rounds);

function ruleFiles(folder: string) {
  const names = [...Deno.readDirSync(folder)].map((each) => each.name).filter((each) =>
    each.endsWith(".yaml")
  );
  return names.map((name) => ({ name, text: Deno.readTextFileSync(join(folder, name)) }));
}

const rules = loadRuleFiles(flags.rules === undefined ? BUILTIN_RULE_FILES : ruleFiles(flags.rules))
  .map((each) => each.rule);
const compileStarted = performance.now();
const policy = compileWaf({
  rules,
  ruleSwitches: {},
  exceptions: [],
  paranoiaLevel: 1,
  threshold: 5,
  hashKey: "00",
  maxInspectBytes: 1024 * 1024,
  learned: builtinModel(),
}).hostPolicy({
  id: "bench",
  domains: ["bench.example"],
  waf: { mode: "enforce", paranoia: null, threshold: null, rules: {}, learned: flags.learned as LearnedMode },
});
console.log(`${rules.length} rules compiled in ${(performance.now() - compileStarted).toFixed(1)} ms`);

function browserHeaders(cookie: string, referer: string): HeaderList {
  return HeaderList.from([
    ["host", "shop.example"],
    ["connection", "keep-alive"],
    ["sec-ch-ua", '"Not:A-Brand";v="8", "Chromium";v="141", "Google Chrome";v="141"'],
    ["sec-ch-ua-mobile", "?0"],
    ["sec-ch-ua-platform", '"Windows"'],
    ["upgrade-insecure-requests", "1"],
    [
      "user-agent",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    ],
    ["accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"],
    ["sec-fetch-site", "same-origin"],
    ["sec-fetch-mode", "navigate"],
    ["sec-fetch-dest", "document"],
    ["referer", referer],
    ["accept-encoding", "gzip, deflate, br, zstd"],
    ["accept-language", "en-US,en;q=0.9,de;q=0.8"],
    ["cookie", cookie],
  ]);
}

function getRequest(seed: string): WafRequest {
  return {
    method: "GET",
    rawPath: `/catalogue/shoes${seed}`,
    path: `/catalogue/shoes${seed}`,
    rawQuery: `q=running+shoes${seed}&page=2${seed}&sort=price_asc${seed}`,
    headers: browserHeaders(
      `sid=8f14e45fceea167a5a36dedd4bea2543${seed}; theme=dark`,
      `https://shop.example/catalogue${seed}?page=1`,
    ),
    clientAddress: "192.0.2.1",
    protocol: "HTTP/1.1",
  };
}

const document = JSON.stringify({
  customer: {
    name: "Ada Lovelace",
    email: "ada@example.org",
    address: { street: "12 St James's Square", city: "London" },
  },
  items: Array.from(
    { length: 8 },
    (_, i) => ({ sku: `SKU-${1000 + i}`, quantity: i + 1, note: "leave at the door, please" }),
  ),
  comment: "I would like the blue one & not the red one; thanks (a lot)! ".repeat(4),
});

function jsonRequest(length: number): WafRequest {
  const headers = browserHeaders(
    "sid=8f14e45fceea167a5a36dedd4bea2543; theme=dark",
    "https://shop.example/cart",
  );
  headers.append("content-type", "application/json");
  headers.append("content-length", String(length));
  return {
    ...getRequest(""),
    method: "POST",
    rawPath: "/api/orders",
    path: "/api/orders",
    rawQuery: null,
    headers,
  };
}

/** Best of five rounds: what the machine's other work adds is left out. */
function measure(name: string, prepared: readonly { request: WafRequest; body: Uint8Array | null }[]): void {
  const round = Math.ceil(prepared.length / 5);
  let best = Infinity;
  let refused = 0;
  for (let from = 0; from < prepared.length; from += round) {
    const part = prepared.slice(from, from + round);
    const started = performance.now();
    for (const { request, body } of part) {
      const transaction = policy.begin(request);
      let decision = transaction.requestHead();
      if (decision === "pass" && body !== null) decision = transaction.requestBody(body);
      if (decision !== "pass") refused++;
    }
    best = Math.min(best, ((performance.now() - started) * 1000) / part.length);
  }
  console.log(`${name.padEnd(44)} ${best.toFixed(2)} µs${refused > 0 ? `, ${refused} refused` : ""}`);
}

const same = Array.from({ length: rounds }, () => ({ request: getRequest(""), body: null }));
const fresh = Array.from(
  { length: rounds },
  (_, i) => ({ request: getRequest(`-${i.toString(36)}`), body: null }),
);
const body = Buffer.from(document);
const json = Array.from({ length: rounds }, () => ({ request: jsonRequest(body.length), body }));
const freshJson = Array.from({ length: rounds }, (_, i) => {
  const bytes = Buffer.from(document.replaceAll("please", `please ${i}`).replace("thanks", `thanks ${i}`));
  return { request: jsonRequest(bytes.length), body: bytes };
});
for (let round = 0; round < 2; round++) {
  measure("GET, values seen before", same);
  measure("GET, path, 3 parameters, cookie, referer new", fresh);
  measure(`POST JSON ${body.length} B, values seen before`, json);
  measure(`POST JSON ${body.length} B, most values new`, freshJson);
}
