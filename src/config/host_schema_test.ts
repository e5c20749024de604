import { z } from "zod";
import assert from "node:assert/strict";
import { HostInput, HostPatch } from "./host_schema.ts";
import { fieldErrors } from "./schema_errors.ts";

const TARGETS = [{ url: "http://127.0.0.1:3000" }];

Deno.test("domains and targets are enough; all else has its default", () => {
  const host = HostInput.parse({ domains: ["example.com"], targets: TARGETS });
  assert.equal(host.waf.mode, "detect");
  assert.equal(host.preserve_host, true);
  assert.equal(host.server_header, "aegis");
  assert.equal(host.health.path, "");
  assert.deepEqual(host.targets, [{
    ...TARGETS[0],
    weight: 1,
    backup: false,
    role: "primary",
    verify_tls: true,
    protocol: "http1",
  }]);
});

Deno.test("a patch holds what it names and no default", () => {
  assert.deepEqual(HostPatch.parse({}), {});
  assert.deepEqual(HostPatch.parse({ waf: { mode: "enforce" }, hsts: { max_age: 60 } }), {
    waf: { mode: "enforce" },
    hsts: { max_age: 60 },
  });
});

for (
  const [written, read] of [
    ["Shop.Example.COM", "shop.example.com"],
    ["example.com.", "example.com"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["*.münchen.example", "*.xn--mnchen-3ya.example"],
    ["localhost", "localhost"],
    ["_dmarc.example.com", "_dmarc.example.com"],
    ["192.0.2.7", "192.0.2.7"],
  ] as const
) {
  Deno.test(`the domain ${written} is read as ${read}`, () => {
    assert.deepEqual(HostInput.parse({ domains: [written], targets: TARGETS }).domains, [read]);
  });
}

for (
  const name of [
    "",
    "*",
    "a b",
    "*.*.example",
    "a..b",
    "-a.example",
    "a/b",
    "a:80",
    "http://a",
    "a\n.example",
  ]
) {
  Deno.test(`the domain ${JSON.stringify(name)} is refused with a remedy`, () => {
    const read = HostInput.safeParse({ domains: [name], targets: TARGETS });
    assert.equal(read.success, false);
    const [error] = fieldErrors(HostInput, read.error!);
    assert.equal(error?.field, "domains.0");
    assert.ok(error?.remedy);
  });
}

for (
  const url of [
    "http://169.254.169.254/",
    "http://[fd00:ec2::254]",
    "http://[::ffff:169.254.169.254]",
    "http://0xa9fea9fe",
    "http://u:p@h",
    "http://h/path",
    "http://h?q",
    "ftp://h",
    "h:80",
    "http://h:0",
    "",
  ]
) {
  Deno.test(`the target ${JSON.stringify(url)} is refused with a remedy`, () => {
    const read = HostInput.safeParse({ domains: ["a.example"], targets: [{ url }] });
    assert.equal(read.success, false);
    const [error] = fieldErrors(HostInput, read.error!);
    assert.equal(error?.field, "targets.0.url");
    assert.ok(error?.remedy);
  });
}

Deno.test("a header value with a line break is refused", () => {
  assert.equal(
    HostInput.safeParse({ domains: ["a.example"], targets: TARGETS, server_header: "a\r\nx: y" }).success,
    false,
  );
});

Deno.test("a number out of its range is told the range and its unit, not to write more", () => {
  const Numbers = z.strictObject({
    period_seconds: z.int().min(1).max(86_400),
    connect_ms: z.int().min(5).max(50),
    count: z.int().min(1),
  }).partial();
  const told = (input: object) => {
    const read = Numbers.safeParse(input);
    return read.success
      ? []
      : fieldErrors(Numbers, read.error).map(({ message, remedy }) => [message, remedy]);
  };
  assert.deepEqual(told({ period_seconds: 0 }), [
    ["must be at least 1 second", "write a number from 1 to 86400 seconds"],
  ]);
  assert.deepEqual(told({ connect_ms: 900 }), [
    ["must be at most 50 milliseconds", "write a number from 5 to 50 milliseconds"],
  ]);
  assert.deepEqual(told({ count: 0 }), [["must be at least 1", "write a larger number"]]);
});
