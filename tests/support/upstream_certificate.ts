import { execFileSync } from "node:child_process";

/** A self-signed pair for app.test and 127.0.0.1, made by openssl, good for two days. */
export function makeTestCertificate(): { cert: string; key: string } {
  const directory = Deno.makeTempDirSync();
  try {
    const names = "subjectAltName=DNS:app.test,IP:127.0.0.1";
    const args = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-days",
      "2",
    ];
    args.push(
      "-subj",
      "/CN=app.test",
      "-addext",
      names,
      "-keyout",
      `${directory}/key`,
      "-out",
      `${directory}/cert`,
    );
    execFileSync("openssl", args, { stdio: "pipe" });
    return {
      cert: Deno.readTextFileSync(`${directory}/cert`),
      key: Deno.readTextFileSync(`${directory}/key`),
    };
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}
