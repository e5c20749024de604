import assert from "node:assert/strict";
import { AegisError } from "../../core/errors.ts";
import { makeControl } from "../../../tests/support/make_control.ts";

const REMOVE = (name: string) => ({ action: "remove-request-header" as const, name });

Deno.test("transforms of a host are added, replaced, reordered and taken away one by one", async () => {
  const made = await makeControl();
  try {
    const { id, version } = await made.do("hosts.create", {
      host: { domains: ["shop.example"], targets: [{ url: "http://127.0.0.1:3000" }] },
    });
    const names = ({ transforms }: { transforms: readonly { action: string; name?: string }[] }) =>
      transforms.map(({ action, name }) => name ?? action);
    await made.do("transforms.add", { id, transform: REMOVE("x-a"), version });
    await made.do("transforms.add", { id, transform: REMOVE("x-b") });
    const three = await made.do("transforms.add", { id: "shop.example", transform: REMOVE("x-c"), at: 0 });
    assert.deepEqual(names(three), ["x-c", "x-a", "x-b"]);
    assert.deepEqual(names(await made.do("transforms.order", { id, order: [1, 2, 0] })), [
      "x-a",
      "x-b",
      "x-c",
    ]);
    const rewrite = { action: "rewrite-host" as const, to: "app.internal" };
    assert.deepEqual(names(await made.do("transforms.replace", { id, i: 1, transform: rewrite })), [
      "x-a",
      "rewrite-host",
      "x-c",
    ]);
    assert.deepEqual(names(await made.do("transforms.delete", { id, i: 0 })), ["rewrite-host", "x-c"]);
    const now = await made.do("transforms.list", { id });
    assert.deepEqual(made.sent.at(-1)!.hosts[0]!.transforms, now.transforms);

    const refused = async (promise: Promise<unknown>) => {
      const failed = await promise.then(() => null, (thrown) => thrown);
      assert.ok(failed instanceof AegisError);
      return failed;
    };
    assert.equal((await refused(made.do("transforms.delete", { id, i: 2 }))).code, "not_found");
    assert.equal(
      (await refused(made.do("transforms.order", { id, order: [0, 0] }))).fields[0]!.field,
      "order",
    );
    assert.equal(
      (await refused(made.do("transforms.add", { id, transform: REMOVE("x-d"), version }))).code,
      "precondition_failed",
    );
    const when = { join: "and" as const, of: [{ target: "nothing", operator: "equals", value: "x" }] };
    const faulty = await refused(made.do("transforms.add", { id, transform: { ...REMOVE("x-d"), when } }));
    assert.equal(faulty.fields[0]!.field, "transform.when.of.0.target");
    assert.deepEqual(await made.do("transforms.list", { id }), now);
  } finally {
    await made.close();
  }
});
