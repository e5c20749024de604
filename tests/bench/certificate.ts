import { join } from "node:path";

/** Makes a self-signed certificate for localhost in `dir`; resolves to its files. */
export async function makeCertificate(dir: string): Promise<{ certificate: string; key: string }> {
  const certificate = join(dir, "cert.pem");
  const key = join(dir, "key.pem");
  const args = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost",
    "-keyout",
    key,
    "-out",
    certificate,
  ];
  const made = await new Deno.Command("openssl", { args, stderr: "piped" }).output();
  if (!made.success) throw new Error(new TextDecoder().decode(made.stderr));
  return { certificate, key };
}
