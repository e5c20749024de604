import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

export interface TestPair {
  readonly cert: string;
  readonly key: string;
}

/** A root, an intermediate below it, and what it signed: made by openssl once a test run. */
export interface TestPki {
  readonly root: TestPair;
  readonly intermediate: TestPair;
  /** For app.test and 127.0.0.1, without its chain. */
  readonly server: TestPair;
  /** CN=client, O=Test. */
  readonly client: TestPair;
  /** Signed by the intermediate and revoked by `crl`. */
  readonly revoked: TestPair;
  /** Signed by `client`, which is no CA. */
  readonly impostor: TestPair;
  /** Of the intermediate, for servers only. */
  readonly serverOnly: TestPair;
  /** Revocation list of the intermediate. */
  readonly crl: string;
  /** A client of another root. */
  readonly stranger: TestPair;
  /** RSA with 1024 bits. */
  readonly weak: TestPair;
  /** The server's key under a passphrase. */
  readonly encryptedKey: string;
}

const run = promisify(execFile);
let made: Promise<TestPki> | null = null;

/** Shared by the tests of a file: making it takes a second. */
export function makeTestPki(): Promise<TestPki> {
  return made ??= make();
}

const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
const CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n";

async function make(): Promise<TestPki> {
  const dir = await Deno.makeTempDir({ prefix: "aegis-pki-" });
  const at = (name: string) => join(dir, name);
  const openssl = (...args: string[]) => run("openssl", args, { cwd: dir });
  const read = (name: string) => Deno.readTextFile(at(name));
  const pair = async (name: string): Promise<TestPair> => ({
    cert: await read(`${name}.pem`),
    key: await read(`${name}.key`),
  });
  const signed = async (name: string, subject: string, by: string, extensions: string) => {
    await openssl("req", ...EC, "-subj", subject, "-keyout", `${name}.key`, "-out", `${name}.csr`);
    await Deno.writeTextFile(at(`${name}.ext`), extensions);
    const ca = ["-CA", `${by}.pem`, "-CAkey", `${by}.key`, "-CAcreateserial"];
    await openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      ...ca,
      "-days",
      "3",
      "-extfile",
      `${name}.ext`,
      "-out",
      `${name}.pem`,
    );
  };
  const self = (name: string, subject: string, more: string[], key = EC) =>
    openssl(
      "req",
      "-x509",
      ...key,
      "-subj",
      subject,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.pem`,
      ...more,
    );
  try {
    const caFlags = [
      "-days",
      "3",
      "-addext",
      "basicConstraints=critical,CA:TRUE",
      "-addext",
      "keyUsage=critical,keyCertSign,cRLSign",
    ];
    await self("root", "/CN=Test Root", caFlags);
    await self("other", "/CN=Other Root", caFlags);
    await signed("inter", "/CN=Test Intermediate", "root", CA);
    const leaf = (names: string) =>
      `basicConstraints=CA:FALSE\n${names === "" ? "" : `subjectAltName=${names}\n`}`;
    await signed("server", "/CN=app.test", "inter", leaf("DNS:app.test,IP:127.0.0.1"));
    await signed("client", "/CN=client/O=Test", "inter", leaf(""));
    await signed("revoked", "/CN=revoked/O=Test", "inter", leaf(""));
    await signed("impostor", "/CN=impostor", "client", leaf(""));
    await signed("serveronly", "/CN=server only", "inter", `${leaf("")}extendedKeyUsage=serverAuth\n`);
    await signed("stranger", "/CN=stranger", "other", leaf(""));
    await self("weak", "/CN=weak.test", ["-days", "3"], ["-newkey", "rsa:1024", "-nodes"]);
    await openssl("pkey", "-in", "server.key", "-aes256", "-passout", "pass:secret", "-out", "locked.key");
    await Deno.writeTextFile(at("index.txt"), "");
    await Deno.writeTextFile(
      at("ca.cnf"),
      `[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=3\n`,
    );
    const revoking = ["ca", "-config", "ca.cnf", "-cert", "inter.pem", "-keyfile", "inter.key"];
    await openssl(...revoking, "-revoke", "revoked.pem");
    await openssl(...revoking, "-gencrl", "-out", "inter.crl");
    return {
      root: await pair("root"),
      intermediate: await pair("inter"),
      server: await pair("server"),
      client: await pair("client"),
      revoked: await pair("revoked"),
      impostor: await pair("impostor"),
      serverOnly: await pair("serveronly"),
      stranger: await pair("stranger"),
      weak: await pair("weak"),
      crl: await read("inter.crl"),
      encryptedKey: await read("locked.key"),
    };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
