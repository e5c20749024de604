/** Paths, kinds of hosts and rules about headers, as operations take them. */
import assert from "node:assert/strict";
import { makeControl, refusalOf } from "../../../tests/support/make_control.ts";
import { CONTRACT } from "../operation.ts";

const SHOP = { domains: ["shop.example"], targets: [{ url: "http://127.0.0.1:3000" }] };

async function fieldsRefused(promise: Promise<unknown>): Promise<string[]> {
  return (await refusalOf(promise)).fields.map(({ field }) => field);
}

Deno.test("targets of paths have cells and states, and keep their ids while their path stays", async () => {
  const made = await makeControl();
  try {
    const api = {
      prefix: "/api",
      targets: [{ url: "http://127.0.0.1:3000" }, { url: "http://127.0.0.1:3001" }],
    };
    const host = await made.do("hosts.create", { host: { ...SHOP, paths: [api] } });
    assert.deepEqual(CONTRACT["hosts.create"].output.parse(host), host);
    const ids = [host.targets[0]!.id, ...host.paths[0]!.targets.map(({ id }) => id)];
    assert.equal(new Set(ids).size, 3);
    assert.deepEqual(Object.keys(made.sent.at(-1)!.targetSlots).toSorted(), ids.toSorted());
    assert.deepEqual(host.targets_state.map(({ id }) => id), ids);
    const after = await made.do("hosts.update", {
      id: host.id,
      host: { paths: [{ regex: "^/x", targets: [{ url: "http://127.0.0.1:3001" }] }, api] },
    });
    assert.deepEqual(after.paths[1]!.targets.map(({ id }) => id), ids.slice(1));
    assert.ok(!ids.includes(after.paths[0]!.targets[0]!.id));
    assert.equal((await made.do("hosts.list", { q: "3001" })).length, 1);
  } finally {
    await made.close();
  }
});

Deno.test("the target rule is the same for targets of paths", async () => {
  const made = await makeControl();
  try {
    const paths = [{ prefix: "/ok" }, { prefix: "/meta", targets: [{ url: "http://[fe80::1]:80" }] }];
    const fields = await fieldsRefused(made.do("hosts.create", { host: { ...SHOP, paths } }));
    assert.deepEqual(fields, ["host.paths.1.targets.0.url"]);
  } finally {
    await made.close();
  }
});

Deno.test("redirect and dead hosts need no target, share the names of all hosts, and cannot be tested", async () => {
  const made = await makeControl();
  try {
    const redirect = { url: "https://shop.example" };
    const old = await made.do("hosts.create", {
      host: { domains: ["old.example"], kind: "redirect", redirect },
    });
    assert.deepEqual(old.redirect, { url: "https://shop.example", keep_path: true, status: 301 });
    assert.equal(old.state, "serving");
    const dead = await made.do("hosts.create", { host: { domains: ["dead.example"], kind: "dead" } });
    assert.deepEqual([dead.state, dead.targets_state], ["serving", []]);
    const taken = made.do("hosts.create", { host: { ...SHOP, domains: ["old.example"] } });
    assert.deepEqual(await fieldsRefused(taken), ["host.domains.0"]);
    const tested = made.do("hosts.test", { id: "dead.example" });
    assert.match(await tested.then(() => "", (thrown) => thrown.message), /dead host: it has no target/);
  } finally {
    await made.close();
  }
});

Deno.test("a change that leaves a host without sense is refused at its field", async () => {
  const made = await makeControl();
  try {
    const host = await made.do("hosts.create", { host: SHOP });
    const change = (patch: Parameters<typeof made.do<"hosts.update">>[1]["host"]) =>
      made.do("hosts.update", { id: host.id, host: patch });
    assert.deepEqual(await fieldsRefused(change({ targets: [] })), ["host.targets"]);
    assert.deepEqual(await fieldsRefused(change({ kind: "dead" })), ["host.targets"]);
    assert.deepEqual(await fieldsRefused(change({ kind: "redirect", targets: [] })), ["host.redirect"]);
    const back = { kind: "redirect" as const, targets: [], redirect: { url: "http://shop.example/x" } };
    assert.deepEqual(await fieldsRefused(change(back)), ["host.redirect"]);
    const moved = await change({ ...back, redirect: { url: "https://new.example" } });
    assert.equal(moved.kind, "redirect");
  } finally {
    await made.close();
  }
});

Deno.test("of header edits, error pages and compression a patch changes what it names", async () => {
  const made = await makeControl();
  try {
    const host = await made.do("hosts.create", {
      host: { ...SHOP, request_headers: { set: { "X-A": "1" }, remove: ["X-B"] } },
    });
    const after = await made.do("hosts.update", {
      id: host.id,
      host: {
        request_headers: { set: { "X-C": "2" } },
        error_pages: { brand: "Shop" },
        compression: { enabled: true },
      },
    });
    assert.deepEqual(after.request_headers, { set: { "x-c": "2" }, add: {}, remove: ["x-b"] });
    assert.deepEqual([after.error_pages.brand, after.error_pages.accent_color], ["Shop", "#ef4444"]);
    assert.deepEqual([after.compression.enabled, after.compression.min_bytes], [true, 1_024]);
    assert.deepEqual(CONTRACT["hosts.update"].output.parse(after), after);
  } finally {
    await made.close();
  }
});
