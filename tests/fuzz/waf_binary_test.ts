import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { ManualClock } from "../../src/core/clock.ts";
import type { Rule } from "../../src/core/rule.ts";
import { BUILTIN_RULE_FILES } from "../../src/waf/rule_files/builtin.ts";
import { compileWaf, type HostPolicy } from "../../src/waf/engine.ts";
import { buildRequest } from "../../src/waf/rule_files/example_request.ts";
import { loadRuleFiles } from "../../src/waf/rule_files/rule_file.ts";
import type { ExampleRequest } from "../../src/waf/rule_files/rule_schema.ts";
import { Random } from "./random.ts";

const BULK_TARGETS = ["body", "files"];
const loaded = loadRuleFiles(BUILTIN_RULE_FILES).filter(({ rule }) =>
  "conditions" in rule.match === false && rule.targets.some((each) => BULK_TARGETS.includes(each))
);

function policyOf(rules: readonly Rule[]): HostPolicy {
  const input = { ruleSwitches: {}, exceptions: [], paranoiaLevel: 4, threshold: 1_000 } as const;
  const limits = { hashKey: "00", maxInspectBytes: 1024 * 1024, clock: new ManualClock() };
  return compileWaf({ rules, ...input, ...limits }).hostPolicy({
    id: "fuzz",
    domains: ["fuzz.example"],
    waf: { mode: "detect", paranoia: null, threshold: null, rules: {}, learned: "off" },
  });
}

const policy = policyOf(loaded.map(({ rule }) => rule));

/** Texts that the rules' own tests say are attacks, as byte strings. */
function payloads(): string[] {
  const found = new Set<string>();
  const add = (value: unknown): void => {
    if (typeof value === "string") found.add(Buffer.from(value, "utf-8").toString("latin1"));
    else if (typeof value === "object" && value !== null) {
      found.add(JSON.stringify(value));
      Object.values(value).forEach(add);
    }
  };
  for (const { tests } of loaded) {
    for (const { args, json, body, query, multipart } of tests.match as readonly ExampleRequest[]) {
      [args, json, body, query, multipart?.map((part) => part.content)].forEach(add);
    }
  }
  return [...found].filter((each) => each.length >= 4);
}

/** Text that no pattern with an anchor looks through, and that is neither JSON nor a form. */
const BEFORE = Buffer.from("\x01 x=1&y='2' \"3\" z");

/** Ways to write a payload that some chain of transformations undoes. */
const WRITINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  "url-encoded": (text) => percent(text),
  "url-encoded twice": (text) => percent(percent(text)),
  base64: (text) => Buffer.from(text, "latin1").toString("base64"),
  "character references": (text) => text.replace(/\W/g, (char) => `&#${char.charCodeAt(0)};`),
  "escapes of JavaScript": (text) => text.replace(/\W/g, (char) => `\\x${hex(char)}`),
  "with NULs": (text) => [...text].join("\0"),
  "in capitals": (text) => text.toUpperCase(),
};

function percent(text: string): string {
  return text.replace(/[^\w]/g, (char) => `%${hex(char)}`);
}

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(2, "0");
}

function rulesFound(send: (transaction: ReturnType<HostPolicy["begin"]>) => void, type: string): Set<string> {
  const transaction = policy.begin(buildRequest({ body: "", content_type: type }).request);
  transaction.requestHead();
  send(transaction);
  return new Set(transaction.findings.map((each) => each.ruleId));
}

function inWindows(body: Buffer, size: number, type: string): Set<string> {
  return rulesFound((transaction) => {
    for (let at = 0; at < body.length; at += size) {
      transaction.requestBodyWindow(body.subarray(at, at + size));
    }
    transaction.requestBodyEnd();
  }, type);
}

function filePart(content: Buffer): Buffer {
  const head =
    '--x\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\nContent-Type: image/png\r\n\r\n';
  return Buffer.concat([Buffer.from(head), content, Buffer.from("\r\n--x--\r\n")]);
}

Deno.test("a payload among random bytes is found by every rule that finds it in a text", () => {
  const random = new Random(2_026);
  const junk = (length: number) => Buffer.from(Array.from({ length }, () => random.below(256)));
  const multipart = "multipart/form-data; boundary=x";
  let compared = 0;
  for (const payload of payloads()) {
    for (const [name, write] of Object.entries(WRITINGS)) {
      const text = Buffer.from(`\n${write(payload)}\n`, "latin1");
      const inText = Buffer.concat([BEFORE, text, BEFORE]);
      const asBody = rulesFound((each) => each.requestBody(inText), "application/octet-stream");
      const asFile = rulesFound((each) => each.requestBody(filePart(inText)), multipart);
      if (asBody.size + asFile.size === 0) continue;
      const around = Buffer.concat([junk(20 + random.below(1_500)), text, junk(1_500)]);
      const octets = [
        rulesFound((each) => each.requestBody(around), "application/octet-stream"),
        inWindows(around, 1 + random.below(700), "application/octet-stream"),
      ];
      const files = [
        rulesFound((each) => each.requestBody(filePart(around)), multipart),
        inWindows(filePart(around), 1 + random.below(700), multipart),
      ];
      for (const [ways, expected] of [[octets, asBody], [files, asFile]] as const) {
        for (const found of ways) {
          for (const id of expected) {
            compared++;
            assert.ok(found.has(id), `${id} ${name} ${JSON.stringify(payload)}`);
          }
        }
      }
    }
  }
  assert.ok(compared > 300, `${compared} comparisons`);
});
