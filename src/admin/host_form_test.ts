import assert from "node:assert/strict";
import { HostPatch } from "../config/host_schema.ts";
import { TARGET_DEFAULTS } from "../core/target.ts";
import type { HostConditionGroup } from "../core/transform.ts";
import { conditionLines, fieldLines, targetLines } from "../../views/pages/hosts/lines.ts";
import { FormReader } from "./form_reader.ts";
import { hostPatch, sentRows } from "./host_form.ts";

Deno.test("what the editor writes into its lines, it reads back", () => {
  const targets = [
    { ...TARGET_DEFAULTS, url: "http://10.0.0.1:8080" },
    { ...TARGET_DEFAULTS, url: "https://10.0.0.2:8443", weight: 3, backup: true, verify_tls: false },
  ];
  const group: HostConditionGroup = {
    join: "or",
    of: [
      { target: "path", operator: "starts-with", value: "/a b" },
      { target: "method", operator: "in-list", value: ["GET", "HEAD"], negated: true },
      { target: "headers:x-a", operator: "exists" },
      { target: "query", operator: "equals", value: "A=1", case_sensitive: true },
    ],
  };
  const edits = { set: { "x-a": "1: 2" }, add: { link: "</a>; rel=x" }, remove: ["x-b"] };
  const form = new FormReader({
    "paths.0.prefix": "^/a",
    "paths.0.match": "regex",
    "paths.0.before": JSON.stringify({ prefix: "/was", waf: { mode: "off", threshold: 9 } }),
    "paths.0.targets": targetLines(targets, TARGET_DEFAULTS),
    "paths.0.waf.mode": "",
    "paths.0.timeouts.connect_ms": "7",
    "paths.0.request_headers.set": fieldLines(edits.set),
    "paths.0.request_headers.add": fieldLines(edits.add),
    "paths.0.request_headers.remove": "x-b",
    "paths.1.prefix": "",
  });
  const patch = HostPatch.parse(hostPatch("paths", form));
  assert.deepEqual(patch.paths, [{
    regex: "^/a",
    targets,
    timeouts: { connect_ms: 7 },
    waf: { threshold: 9 },
    request_headers: edits,
    response_headers: undefined,
  }]);
  const transforms = HostPatch.parse(hostPatch(
    "transforms",
    new FormReader({
      "transforms.0.action": "remove-query",
      "transforms.0.name": "debug",
      "transforms.0.when": conditionLines(group)!,
      "transforms.0.join": "or",
    }),
  )).transforms;
  assert.deepEqual(transforms, [{ action: "remove-query", name: "debug", when: group }]);
});

Deno.test("transforms are moved, taken out, and keep conditions that lines cannot say", () => {
  const when = {
    join: "or",
    of: [{ join: "and", of: [{ target: "path", operator: "equals", value: "/" }] }],
  };
  const form = new FormReader({
    "transforms.0.action": "remove-query",
    "transforms.0.name": "a",
    "transforms.1.action": "remove-query",
    "transforms.1.name": "b",
    "transforms.1.remove": "on",
    "transforms.2.action": "remove-query",
    "transforms.2.name": "c",
    "transforms.2.position": "1",
    "transforms.2.when_json": JSON.stringify(when),
  });
  const { transforms } = HostPatch.parse(hostPatch("transforms", form));
  assert.deepEqual(transforms, [{ action: "remove-query", name: "c", when }, {
    action: "remove-query",
    name: "a",
  }]);
  assert.deepEqual(sentRows("transforms", form), { list: "transforms", rows: [2, 0] });
});

Deno.test("a line that cannot be read is refused at its field", () => {
  for (
    const [tab, values, field] of [
      ["headers", { "request_headers.set": "no colon" }, "request_headers.set"],
      ["paths", { "paths.0.prefix": "/a", "paths.0.targets": "http://a b" }, "paths.0.targets"],
      [
        "transforms",
        { "transforms.0.action": "remove-query", "transforms.0.when": "path" },
        "transforms.0.when",
      ],
    ] as const
  ) {
    assert.throws(
      () => hostPatch(tab, new FormReader({ "compression.min_bytes": "1", ...values })),
      (thrown: { fields: { field: string }[] }) => thrown.fields[0]?.field === field,
      tab,
    );
  }
});
