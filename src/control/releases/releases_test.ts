import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { AegisError } from "../../core/errors.ts";
import { withTraffic } from "../../../tests/support/with_traffic.ts";
import { BUILTIN_RULE_FILES } from "../../waf/rule_files/builtin.ts";
import { BUILTIN_MODEL_TEXT } from "../../waf/learned/builtin_model.ts";
import { MODEL_NAME, publicKeyText, signRelease } from "../../waf/release/rule_release.ts";
import { restoreRelease } from "./releases.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const KEY = publicKeyText(createPublicKey(privateKey));
const TEAPOT = `family: teapots
rules:
  - id: teapot-1
    name: A teapot
    why: Tests want a rule that nothing else meets.
    severity: high
    targets: [args]
    match: { regex: 'teapot' }
    tests: { match: [{ args: { q: teapot } }], pass: [{ args: { q: kettle } }] }
`;

/** One of today's families, and one on teapots: few, so that their tests are run at once. */
function signed(teapot = TEAPOT): string {
  const files = Object.fromEntries(
    BUILTIN_RULE_FILES.filter(({ name }) => name === "xpath-injection.yaml").map((
      { name, text },
    ) => [name, text]),
  );
  return signRelease(
    { ...files, "teapots.yaml": teapot, [MODEL_NAME]: BUILTIN_MODEL_TEXT },
    new Date(1_700_000_000_000),
    privateKey,
  );
}

function refusalOf(promise: Promise<unknown>): Promise<AegisError> {
  return promise.then(() => assert.fail("it was taken"), (thrown) => {
    assert.ok(thrown instanceof AegisError, String(thrown));
    return thrown;
  });
}

Deno.test("a signed rule set is compared before it serves, serves, and the one before it comes back by one call", async () => {
  await withTraffic(async ({ made, log }) => {
    const { control } = made;
    const release = signed();
    assert.match((await refusalOf(made.do("releases.import", { release }))).message, /no key is trusted/);
    await made.do("settings.update", { patch: { waf: { rule_set_keys: [KEY] } } });
    const { version, in_force } = await made.do("releases.import", { release });
    assert.equal(in_force, false);
    log({ target: "/?q=teapot" }, { target: "/?q=kettle" });

    const compared = await made.do("releases.compare", { version });
    assert.deepEqual(compared.added, [{ id: "teapot-1", name: "A teapot" }]);
    const gone = new Set(compared.removed.map(({ id }) => id.split("-")[0]));
    assert.deepEqual([gone.has("ldap"), gone.has("sqli"), gone.has("xpath")], [true, true, false]);
    assert.deepEqual([compared.changed, compared.model_changed], [[], false]);
    const { requests, newly_refused, no_longer_refused, samples } = compared.trial;
    assert.deepEqual([requests, newly_refused, no_longer_refused], [2, 1, 0]);
    assert.deepEqual(samples.map((each) => [each.target, each.becomes, each.rules]), [
      ["/?q=teapot", "refused", ["teapot-1"]],
    ]);

    const has = () => made.sent.at(-1)!.rules.some(({ id }) => id === "teapot-1");
    assert.equal((await made.do("releases.activate", { version })).in_force, true);
    assert.equal(has(), true);
    assert.equal((await made.do("system.status", {})).ruleset_version, version);
    await refusalOf(made.do("releases.delete", { version }));
    const withdrawn = made.do("settings.update", { patch: { waf: { rule_set_keys: [] } } });
    assert.match((await refusalOf(withdrawn)).message, /in force is signed by/);

    assert.equal((await made.do("releases.back", {})).version, "built-in");
    assert.equal(has(), false);
    assert.equal((await made.do("releases.back", {})).version, version);
    assert.equal(has(), true);

    // Another life of the program: the choice holds as long as its key is trusted.
    await made.do("releases.activate", { version: "built-in" });
    control.store.ruleReleases.setInForce({ version, former: "", since: 1 });
    restoreRelease(control);
    assert.equal(control.rules.version, version);
    await made.do("releases.activate", { version: "built-in" });
    await made.do("settings.update", { patch: { waf: { rule_set_keys: [] } } });
    control.store.ruleReleases.setInForce({ version, former: "", since: 1 });
    restoreRelease(control);
    const { failure, releases } = await made.do("releases.list", {});
    assert.match(failure, /is not in force: .*no key is trusted/);
    assert.deepEqual(releases.map((each) => [each.version, each.in_force]), [["built-in", true], [
      version,
      false,
    ]]);
  });
});

Deno.test("a rule set that does not load, fails its tests, or takes an id of one's own is refused whole", async () => {
  await withTraffic(async ({ made }) => {
    await made.do("settings.update", { patch: { waf: { rule_set_keys: [KEY] } } });
    const faultOf = async (teapot: string) => {
      const { fields: [first] } = await refusalOf(made.do("releases.import", { release: signed(teapot) }));
      return `${first?.file}:${first?.line} ${first?.field}: ${first?.message}`;
    };
    assert.match(
      await faultOf(TEAPOT.replace("'teapot'", "'tea(?=pot)'")),
      /^teapots\.yaml:8 rules\.0\.match\.regex: .*look-around/,
    );
    assert.equal(
      await faultOf(TEAPOT.replace("q: kettle", "q: teapots")),
      "teapots.yaml:3 teapot-1.tests.pass.0: the rule finds something in this",
    );
    await made.do("rules.import", { text: TEAPOT.slice(TEAPOT.indexOf("rules:")) });
    assert.match(await faultOf(TEAPOT), /^teapots\.yaml:3 release: a rule of your own is called teapot-1/);
    assert.deepEqual((await made.do("releases.list", {})).releases.map(({ version }) => version), [
      "built-in",
    ]);
  });
});
