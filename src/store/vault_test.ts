import { deepEqual, equal, notDeepEqual, ok, throws } from "node:assert/strict";
import { AegisError } from "../core/errors.ts";
import { openVault } from "./vault.ts";

const KEY = "0123456789abcdef".repeat(4);
const SECRET = new TextEncoder().encode("the key of the certificate");

function withFolder(run: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    run(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("what is sealed opens again, and no two seals are alike", () => {
  const vault = openVault({ dataDir: "/nonexistent", envKey: KEY });
  const [one, other] = [vault.seal(SECRET, "a"), vault.seal(SECRET, "a")];
  notDeepEqual(one, other);
  deepEqual(vault.open(one, "a"), SECRET);
  deepEqual(vault.open(vault.seal(new Uint8Array(), "a"), "a"), new Uint8Array());
  ok(!new TextDecoder("latin1").decode(one).includes("certificate"));
});

Deno.test("another place, another key, a changed or a shortened byte opens nothing", () => {
  const vault = openVault({ dataDir: "/nonexistent", envKey: KEY });
  const sealed = vault.seal(SECRET, "certificates/sealed/1");
  const refused = { code: "config_refused" };
  throws(() => vault.open(sealed, "certificates/sealed/2"), refused);
  throws(
    () => openVault({ dataDir: "/nonexistent", envKey: KEY.replace("0", "1") }).open(sealed, "x"),
    refused,
  );
  for (let i = 0; i < sealed.length; i++) {
    const changed = sealed.slice();
    changed[i]! ^= 1;
    throws(() => vault.open(changed, "certificates/sealed/1"), refused);
  }
  for (const length of [0, 1, 28, sealed.length - 1]) {
    throws(() => vault.open(sealed.subarray(0, length), "certificates/sealed/1"), refused);
  }
});

Deno.test("the first run makes a key that only its owner reads, and later ones use it", () =>
  withFolder((dataDir) => {
    const sealed = openVault({ dataDir }).seal(SECRET, "a");
    equal(Deno.statSync(`${dataDir}/vault.key`).mode! & 0o777, 0o600);
    deepEqual(openVault({ dataDir }).open(sealed, "a"), SECRET);
    deepEqual([...Deno.readDirSync(dataDir)].map((entry) => entry.name), ["vault.key"]);
  }));

Deno.test("a key file that others could read is closed to them", () =>
  withFolder((dataDir) => {
    Deno.writeTextFileSync(`${dataDir}/vault.key`, KEY, { mode: 0o644 });
    openVault({ dataDir });
    equal(Deno.statSync(`${dataDir}/vault.key`).mode! & 0o777, 0o600);
  }));

Deno.test("a key of the wrong shape is refused without being shown", () =>
  withFolder((dataDir) => {
    for (const envKey of ["secret-but-short", KEY + "0", KEY.replace("0", "g")]) {
      throws(() => openVault({ dataDir, envKey }), (thrown: AegisError) => {
        equal(thrown.code, "config_refused");
        return !thrown.privateText.includes(envKey) && thrown.privateText.includes("64 hexadecimal digits");
      });
    }
    Deno.writeTextFileSync(`${dataDir}/vault.key`, "");
    throws(() => openVault({ dataDir }), { code: "config_refused" });
  }));

Deno.test("a folder that is not there is said as such", () => {
  throws(() => openVault({ dataDir: "/nonexistent/folder" }), { code: "config_refused" });
});
