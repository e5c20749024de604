import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { BUILTIN_RULE_FILES } from "../src/waf/rule_files/builtin.ts";
import { BUILTIN_MODEL_TEXT } from "../src/waf/learned/builtin_model.ts";
import { MODEL_NAME, publicKeyText, ruleSetVersion, signRelease } from "../src/waf/release/rule_release.ts";

/**
 * For maintainers: `deno task sign:rules --new-key FILE` makes an Ed25519 key that nobody else may read, and
 * `deno task sign:rules --key FILE [--out FILE]` signs the rules and the learned model of this checkout with it. What
 * comes of it is what `aegis rule release import` takes.
 */
function main(args: readonly string[]): number {
  const named = (option: string) => args[args.indexOf(option) + 1];
  if (args.length === 2 && args[0] === "--new-key") return makeKey(args[1]!);
  if (args.includes("--key") && named("--key") !== undefined) {
    return signWith(named("--key")!, args.includes("--out") ? named("--out") : undefined);
  }
  console.error(
    "usage: deno task sign:rules --new-key FILE\n       deno task sign:rules --key FILE [--out FILE]",
  );
  return 64;
}

function makeKey(path: string): number {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  try {
    // [SECURITY] Never over another key, and for its maker's eyes only from the first byte on.
    Deno.writeTextFileSync(path, pem, { createNew: true, mode: 0o600 });
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.AlreadyExists)) throw thrown;
    console.error(`${path} is there already: name another file`);
    return 1;
  }
  console.log(
    `${path}: keep it secret, and out of the repository. Who is to trust it names its public half:`,
  );
  console.log(`\nwaf: { rule_set_keys: ["${publicKeyText(publicKey)}"] }`);
  return 0;
}

function signWith(path: string, out: string | undefined): number {
  const key = createPrivateKey(Deno.readTextFileSync(path));
  if (key.asymmetricKeyType !== "ed25519") {
    console.error(`${path} is a key of the kind ${key.asymmetricKeyType}: make one with --new-key`);
    return 1;
  }
  const rules = Object.fromEntries(BUILTIN_RULE_FILES.map(({ name, text }) => [name, text]));
  const version = ruleSetVersion(BUILTIN_RULE_FILES, BUILTIN_MODEL_TEXT);
  const file = out ?? `aegis-rules-${version}.json`;
  Deno.writeTextFileSync(file, signRelease({ ...rules, [MODEL_NAME]: BUILTIN_MODEL_TEXT }, new Date(), key));
  console.log(`${file}: rule set ${version}, signed by ${publicKeyText(createPublicKey(key))}`);
  return 0;
}

Deno.exit(main(Deno.args));
