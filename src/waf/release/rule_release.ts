import { Buffer } from "node:buffer";
import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { AegisError } from "../../core/errors.ts";
import type { RuleFileText } from "../rule_files/builtin.ts";

/**
 * A rule set that does not come with the program: one JSON text with every rule file, the learned model, and a manifest
 * (hash of each file) that an Ed25519 key has signed (RFC 8032). The manifest is carried as the very text that was
 * signed, so that nothing depends on how JSON is written.
 */
export interface RuleRelease {
  readonly version: string;
  /** Milliseconds since 1970, as its maker says. */
  readonly issuedAt: number;
  /** The public key that signed it, base64 of its 32 bytes. */
  readonly key: string;
  /** In alphabetical order. */
  readonly files: readonly RuleFileText[];
  /** Text of the learned model. */
  readonly model: string;
}

export const MODEL_NAME = "learned/model.json";
/** Characters of one; today's rules and model have 0.4 million. */
export const LONGEST_RELEASE = 8 * 1_048_576;
const FORM = 1;
const FILE_NAME = /^[a-z0-9][a-z0-9-]{0,99}\.yaml$/;
/** [SECURITY] A signature made for anything else is none of a rule set. */
const CONTEXT = "aegis rule set 1\n";

interface Written {
  readonly form: number;
  readonly manifest: string;
  readonly key: string;
  readonly signature: string;
  readonly files: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly form: number;
  readonly issued_at: string;
  readonly files: Readonly<Record<string, string>>;
}

/** First 12 hex digits of the SHA-256 over rule files and learned model. */
export function ruleSetVersion(files: readonly RuleFileText[], model: string): string {
  return createHash("sha256").update(JSON.stringify(files)).update(model).digest("hex").slice(0, 12);
}

/** A release of `files` by name (rule files and `learned/model.json`), signed with an Ed25519 private key. */
export function signRelease(
  files: Readonly<Record<string, string>>,
  issuedAt: Date,
  privateKey: KeyObject,
): string {
  const hashes = Object.fromEntries(Object.keys(files).sort().map((name) => [name, hashOf(files[name]!)]));
  const manifest = JSON.stringify({ form: FORM, issued_at: issuedAt.toISOString(), files: hashes });
  const written: Written = {
    form: FORM,
    manifest,
    key: publicKeyText(createPublicKey(privateKey)),
    signature: sign(null, signedBytes(manifest), privateKey).toString("base64"),
    files,
  };
  return JSON.stringify(written, null, 1) + "\n";
}

/**
 * Reads a release and makes sure of it: signed by one of `trusted` (public keys, base64), and every file as it was
 * signed. Throws AegisError `invalid_input` that says what is wrong and what helps. Whether the rules load is not asked.
 */
export function readRelease(text: string, trusted: readonly string[]): RuleRelease {
  const written = parse<Written>(text, "this is no signed rule set");
  if (written.form !== FORM) throw unusable(`it has the form ${String(written.form)}`, "use a newer Aegis");
  const { key, signature, manifest: signed } = written;
  if (typeof key !== "string" || typeof signature !== "string" || typeof signed !== "string") {
    throw unusable("it is not signed", "ask its maker for the signed one");
  }
  // [SECURITY] Nothing of it is believed before its signature, not even which files it has.
  if (!trusted.includes(key)) {
    throw unusable(
      trusted.length === 0
        ? "no key is trusted to sign rule sets"
        : `it is signed by ${key.slice(0, 60)}, which is not trusted`,
      "where you know that key to be its maker's, add it to waf.rule_set_keys",
    );
  }
  if (!verify(null, signedBytes(signed), publicKeyOf(key)!, Buffer.from(signature, "base64"))) {
    throw unusable("its signature is not good", "it was changed after it was signed: fetch it again");
  }
  const manifest = parse<Manifest>(signed, "its manifest is damaged");
  const names = Object.keys(manifest.files).sort();
  const files = names.map((name) => ({ name, text: written.files?.[name] }));
  const changed = files.find(({ name, text }) =>
    typeof text !== "string" || hashOf(text) !== manifest.files[name]
  );
  if (changed !== undefined) {
    throw unusable(`${changed.name} is not as it was signed`, "it was changed afterwards: fetch it again");
  }
  const extra = Object.keys(written.files).find((name) => !Object.hasOwn(manifest.files, name));
  if (extra !== undefined) throw unusable(`${extra.slice(0, 100)} is not signed`, "fetch it again");
  const whole = files as { readonly name: string; readonly text: string }[];
  const rules = whole.filter(({ name }) => FILE_NAME.test(name));
  const model = whole.find(({ name }) => name === MODEL_NAME)?.text;
  if (model === undefined || rules.length === 0) {
    throw unusable("it lacks rules or the learned model", "sign the whole of rules/");
  }
  return {
    version: ruleSetVersion(rules, model),
    issuedAt: Date.parse(manifest.issued_at) || 0,
    key,
    files: rules,
    model,
  };
}

/** The public key of base64 text of its 32 bytes; null where that is none. */
export function publicKeyOf(text: string): KeyObject | null {
  const raw = Buffer.from(text, "base64");
  if (raw.length !== 32 || raw.toString("base64") !== text) return null;
  return createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: raw.toString("base64url") },
    format: "jwk",
  });
}

/** The text under which a public key is named in settings. */
export function publicKeyText(key: KeyObject): string {
  return Buffer.from(key.export({ format: "jwk" }).x!, "base64url").toString("base64");
}

function signedBytes(manifest: string): Uint8Array {
  return new TextEncoder().encode(CONTEXT + manifest);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function parse<T>(text: string, complaint: string): T {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as T;
  } catch {
    // Said below: whatever is no JSON object is none of ours.
  }
  throw unusable(complaint, "give the file that deno task sign:rules wrote");
}

function unusable(message: string, remedy: string): AegisError {
  return new AegisError("invalid_input", `the rule set is refused: ${message}`, {
    fields: [{ field: "release", message, remedy }],
  });
}
