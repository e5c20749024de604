import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { AegisError } from "../../core/errors.ts";
import { BUILTIN_RULE_FILES } from "../rule_files/builtin.ts";
import { BUILTIN_MODEL_TEXT } from "../learned/builtin_model.ts";
import { publicKeyOf, publicKeyText, readRelease, ruleSetVersion, signRelease } from "./rule_release.ts";

const FILES = {
  ...Object.fromEntries(BUILTIN_RULE_FILES.map(({ name, text }) => [name, text])),
  "learned/model.json": BUILTIN_MODEL_TEXT,
};
const WHEN = new Date("2026-11-01T00:00:00Z");

function newKey(): { readonly privateKey: KeyObject; readonly text: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { privateKey, text: publicKeyText(createPublicKey(privateKey)) };
}

function refusal(text: string, trusted: readonly string[]): string {
  try {
    readRelease(text, trusted);
  } catch (thrown) {
    if (thrown instanceof AegisError) return `${thrown.code}: ${thrown.fields[0]?.message}`;
    throw thrown;
  }
  return "taken";
}

Deno.test("a signed release is read back as it was, under the version that these files have as built-in ones", () => {
  const key = newKey();
  const release = readRelease(signRelease(FILES, WHEN, key.privateKey), ["x", key.text]);
  assert.deepEqual(release.files, BUILTIN_RULE_FILES);
  assert.equal(release.version, ruleSetVersion(BUILTIN_RULE_FILES, BUILTIN_MODEL_TEXT));
  assert.deepEqual([release.issuedAt, release.key], [WHEN.getTime(), key.text]);
});

Deno.test("[SECURITY] what was changed, left out or put in after signing is refused, with the reason", () => {
  const key = newKey();
  const text = signRelease(FILES, WHEN, key.privateKey);
  const bent = (change: (written: Record<string, never>) => void) => {
    const written = JSON.parse(text);
    change(written);
    return refusal(JSON.stringify(written), [key.text]);
  };
  type Loose = { files: Record<string, string>; manifest: string; signature: string; key: string };
  const of = (change: (written: Loose) => void) => bent((written) => change(written as unknown as Loose));
  assert.equal(of(() => {}), "taken");
  assert.match(of(({ files }) => files["xss.yaml"] += "\n# x"), /xss\.yaml is not as it was signed/);
  assert.match(of(({ files }) => delete files["xss.yaml"]), /xss\.yaml is not as it was signed/);
  assert.match(of(({ files }) => files["more.yaml"] = "family: x"), /more\.yaml is not signed/);
  assert.match(of((each) => each.manifest = each.manifest.replace("2026", "2027")), /signature is not good/);
  assert.match(of((each) => each.signature = ""), /signature is not good/);
  assert.match(bent((each) => delete each["signature"]), /it is not signed/);
  // Another's signature under a trusted key's name.
  const other = JSON.parse(signRelease(FILES, WHEN, newKey().privateKey));
  assert.match(of((each) => each.signature = other.signature), /signature is not good/);
});

Deno.test("[SECURITY] only trusted keys count, and without one nothing is taken", () => {
  const text = signRelease(FILES, WHEN, newKey().privateKey);
  assert.match(refusal(text, []), /no key is trusted/);
  assert.match(refusal(text, [newKey().text]), /which is not trusted/);
  assert.match(refusal("rules: []", [newKey().text]), /no signed rule set/);
});

Deno.test("keys are base64 of 32 bytes and nothing else", () => {
  const { text } = newKey();
  assert.equal(publicKeyText(publicKeyOf(text)!), text);
  for (const wrong of ["", "abc", `${text} `, text.slice(1), btoa("x".repeat(33))]) {
    assert.equal(publicKeyOf(wrong), null);
  }
});
