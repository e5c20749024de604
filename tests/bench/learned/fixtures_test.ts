import assert from "node:assert/strict";
import type { Example } from "./examples.ts";
import { commonWords, sortTexts } from "./fixtures.ts";
import { fit, FIT_DEFAULTS } from "./fit.ts";
import { scoring, sideOf, unseenTexts } from "./evaluate.ts";

function example(parts: Partial<Example>): Example {
  return { corpus: "a", group: "a/x", isAttack: true, site: "", input: "", texts: [], ...parts };
}

/** Payloads that differ, all beside one user agent. */
const ATTACKS = Array.from({ length: 40 }, (_, i) =>
  example({
    group: `a/${i % 2}`,
    texts: ["Scanner (kit) v1;", `' or ${i}=${i} union select name${i} from users--`],
  }));
const BENIGN = Array.from(
  { length: 40 },
  (_, i) =>
    example({ isAttack: false, site: `s${i % 4}.example`, texts: [`Please take ${i} of these, or (none)!`] }),
);

Deno.test("what a corpus sends with every attack is a fixture, and becomes benign", () => {
  const { attacks, benign } = sortTexts([...ATTACKS, ...BENIGN]);
  assert.equal(benign.get("Scanner (kit) v1;"), 40);
  assert.ok(attacks.every((each) => each.texts.length === 1 && each.texts[0]!.startsWith("' or")));
  const score = scoring(fit([...ATTACKS, ...BENIGN], []));
  assert.ok(score(["Scanner (kit) v1;"]) < 0);
  assert.ok(score(["' or 77=77 union select name77 from users--"]) > 0);
});

Deno.test("a payload that a generator sends alone in many places stays one", () => {
  const same = Array.from({ length: 40 }, () => example({ texts: ["<svg/onload=alert(1)>"] }));
  const { attacks, benign } = sortTexts([...same, ...BENIGN]);
  assert.deepEqual([attacks.length, benign.has("<svg/onload=alert(1)>")], [1, false]);
});

Deno.test("requests of one site stand on one side of a split", () => {
  const sides = BENIGN.map((each) => [each.site, sideOf(each)] as const);
  for (const [site, side] of sides) {
    assert.ok(sides.every(([other, otherSide]) => other !== site || otherSide === side));
  }
});

Deno.test("words of one corpus alone are no vocabulary", () => {
  const two = [
    ...ATTACKS,
    ...Array.from({ length: 4 }, () => example({ corpus: "b", texts: ["1 union select zzz"] })),
  ];
  const words = commonWords(two, 100);
  assert.ok(words.includes("union") && !words.includes("zzz") && !words.includes("users"));
});

Deno.test("training twice gives the same model", () => {
  const train = () => fit([...ATTACKS, ...BENIGN], ["It's a (nice) day."]);
  assert.deepEqual(train(), train());
});

Deno.test("the threshold comes from texts that stand in no request that was learned from", () => {
  const site = (name: string, own: string) =>
    example({ corpus: "blazehttp", isAttack: false, site: name, texts: [own, "Sent (by) all of them!"] });
  const honest = Array.from({ length: 8 }, (_, i) => site(`s${i}.net`, `Only (${i}) of this one; said once`));
  assert.equal(new Set(honest.map(sideOf)).size, 2);
  const scores = unseenTexts([...ATTACKS, ...honest], ["It's a (nice) day."], { ...FIT_DEFAULTS, models: 1 });
  assert.deepEqual([...scores.keys()].sort(), honest.map((each) => each.texts[0]!).sort());
});
