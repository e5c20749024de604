import assert from "node:assert/strict";
import { parse } from "yaml";
import { readRules } from "../../config/file_rules.ts";
import { AegisError } from "../../core/errors.ts";
import { makeControl, refusalOf, withControl } from "../../../tests/support/make_control.ts";

const RULE = {
  id: "own-1",
  name: "No teapots",
  why: "We do not brew here.",
  severity: "high",
  match: { regex: "\\bteapot\\b" },
  targets: ["args"],
  tests: { match: [{ args: { q: "teapot" } }], pass: [{ args: { q: "coffee" } }] },
};

Deno.test("one rule is made, changed field by field and as a whole, and stands on the host that it names", async () => {
  await withControl(async (made) => {
    await made.do("hosts.create", {
      host: { domains: ["shop.example"], targets: [{ url: "http://127.0.0.1:3000" }] },
    });
    const finds = async (host?: string) => {
      const at = host === undefined ? {} : { host };
      const { findings } = await made.do("rules.test", { request: { path: "/?q=teapot" }, ...at });
      return findings.some((each) => each.rule_id === "own-1");
    };
    const { version } = await made.do("rules.create", { rule: RULE });
    assert.equal(await finds(), true);

    const narrowed = await made.do("rules.update", { id: "own-1", rule: { host: "shop.example" }, version });
    assert.deepEqual([await finds(), await finds("shop.example")], [false, true]);
    assert.ok(narrowed.version > version);
    assert.equal(parse(narrowed.definition).severity, "high");

    await made.do("rules.update", { id: "own-1", rule: { host: null, severity: "low" } });
    assert.equal(made.store.customRules.get("own-1")!.rule.host, undefined);
    assert.equal(await finds(), true);

    const whole = narrowed.definition.replace("No teapots", "No pots").replace("host: shop.example\n", "");
    assert.equal((await made.do("rules.update", { id: "own-1", definition: whole })).name, "No pots");
    await made.do("rules.update", { id: "own-1", rule: { enabled: false } });
    assert.equal(await finds(), false);
  });
});

Deno.test("what is not sound, not there, not one's own or changed meanwhile is refused, and nothing changes", async () => {
  await withControl(async (made) => {
    const { version } = await made.do("rules.create", { rule: RULE });
    const before = made.store.customRules.get("own-1");
    const update = (input: Parameters<typeof made.do<"rules.update">>[1]) =>
      refusalOf(made.do("rules.update", input));
    const fieldOf = ({ fields }: AegisError) => fields[0]?.field;

    assert.equal(fieldOf(await refusalOf(made.do("rules.create", { rule: RULE }))), "rule.id");
    assert.equal(
      fieldOf(
        await refusalOf(made.do("rules.create", { rule: { ...RULE, id: "own-2", match: { regex: "(a" } } })),
      ),
      "rule.match.regex",
    );
    assert.equal(fieldOf(await update({ id: "own-1", rule: { tests: null } })), "rule.tests");
    assert.equal(fieldOf(await update({ id: "own-1", rule: { host: "nobody.example" } })), "rule.host");
    assert.equal(fieldOf(await update({ id: "own-1", rule: { id: "own-9" } })), "rule.id");
    assert.equal(
      fieldOf(
        await update({ id: "own-1", rule: { tests: { ...RULE.tests, pass: [{ args: { q: "teapot" } }] } } }),
      ),
      "rule.tests.pass.0",
    );
    assert.equal(fieldOf(await update({ id: "own-1", definition: "a: [" })), "definition");
    assert.equal((await update({ id: "own-1", rule: {}, version: version - 1 })).code, "precondition_failed");
    assert.equal((await update({ id: "own-7", rule: {} })).code, "not_found");
    const builtIn = made.control.rules.builtIn[0]!.rule.id;
    assert.equal((await update({ id: builtIn, rule: { severity: "low" } })).code, "read_only");
    assert.deepEqual(made.store.customRules.get("own-1"), before);
  });
});

Deno.test("what a built-in rule shows of itself says that it needs the model's agreement", async () => {
  await withControl(async (made) => {
    const asked = made.control.rules.builtIn.filter(({ rule }) => rule.confirm === true);
    assert.notDeepEqual(asked, []);
    for (const { rule } of asked) {
      assert.equal(parse((await made.do("rules.get", { id: rule.id })).definition).confirm, true);
    }
  });
});

Deno.test("rules of the file are in force and shown, and changed in the file alone", async () => {
  const { rules } = readRules([{ ...RULE, id: "file-1" }]);
  const made = await makeControl({ config: { rules } });
  try {
    await made.do("rules.create", { rule: RULE });
    const found = await made.do("rules.test", { request: { path: "/?q=teapot" } });
    assert.deepEqual(found.findings.map((each) => each.rule_id).sort(), ["file-1", "own-1"]);
    const shown = await made.do("rules.get", { id: "file-1" });
    assert.deepEqual([shown.origin, shown.version, shown.tests.match.length], ["file", 0, 1]);
    for (
      const attempt of [
        made.do("rules.update", { id: "file-1", rule: { severity: "low" } }),
        made.do("rules.delete", { id: "file-1" }),
      ]
    ) assert.match((await refusalOf(attempt)).message, /declared in the configuration file/);
    await made.do("rules.switch", { id: "file-1", switch: "off" });
    assert.equal(made.sent.at(-1)!.ruleSwitches["file-1"], "off");
    assert.ok(made.sent.at(-1)!.rules.some(({ id }) => id === "file-1"));
    const taken = readRules([{ ...RULE, id: made.control.rules.builtIn[0]!.rule.id }]).rules;
    made.control.useConfig({ ...made.config, rules: taken });
    assert.throws(() => made.control.rules.all(), /comes with Aegis/);
  } finally {
    await made.close();
  }
});
