import assert from "node:assert/strict";
import { sizeOf } from "../../lib/network_list.ts";
import { ListParser, type ParsedList } from "./list_parser.ts";

function parse(text: string, chunk = 7): ParsedList {
  const parser = new ListParser();
  const bytes = new TextEncoder().encode(text);
  for (let i = 0; i < bytes.length; i += chunk) parser.push(bytes.subarray(i, i + chunk));
  return parser.finish();
}

Deno.test("plain lists, DROP's text and its JSON lines are read, however they are cut into pieces", () => {
  const lists = [
    "# Tor\n192.0.2.1\n\n2001:db8::/32\n",
    "; Spamhaus DROP\r\n192.0.2.0/24 ; SBL1\r\n203.0.113.0/24;SBL2\r\n",
    '{"cidr":"192.0.2.0/24","sblid":"SBL1","rir":"arin"}\n{"cidr":"2001:db8::/32"}\n{"type":"metadata","records":2}',
    "ExitNode 0011BD\nPublished 2026-11-20 01:02:03\nLastStatus 2026-11-20\nExitAddress 192.0.2.1 2026-11-20 10:00:00\nExitAddress 192.0.2.2 2026\n",
  ];
  for (const text of lists) {
    for (const chunk of [1, 5, 1_000]) assert.equal(sizeOf(parse(text, chunk).networks), 2);
  }
});

Deno.test("what is no list is refused with its line", () => {
  const faults = [
    ["<!DOCTYPE html>", /^line 1: "<!DOCTYPE html>" is no address or network$/],
    ["192.0.2.1\n192.0.2.256\n", /^line 2: "192\.0\.2\.256"/],
    ['192.0.2.1\n{"cidr": 4}', /^line 2: .* names no cidr$/],
    ["{", /^line 1: "\{" is no JSON$/],
    ["x".repeat(2_000), /^line 1: is longer than 1000 characters$/],
  ] as const;
  for (const [text, message] of faults) assert.throws(() => parse(text), { message });
});

Deno.test("[SECURITY] inner networks and half the world are left out and counted", () => {
  const parsed = parse(
    "10.0.0.0/8\n192.168.1.1\n127.0.0.1\n::1\nfc00::/7\n0.0.0.0/0\n172.0.0.0/8\n224.0.0.0/3\n::/0\n192.0.2.1\n",
  );
  assert.deepEqual([sizeOf(parsed.networks), parsed.leftOut], [1, 9]);
});
