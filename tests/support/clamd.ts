import { join } from "node:path";
import { freePort } from "./npm_application.ts";
import { type Program, startProgram } from "./program.ts";

/** What the test's own signature finds; no virus, and nothing that a scanner on the machine would mind. */
export const INFECTED = "AEGIS-TEST-SIGNATURE-7f3a";

/** Debian's clamd with one signature of our own, on a free port of loopback. */
export async function startClamd(): Promise<Program & { readonly port: number }> {
  const dir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const port = await freePort();
  await Deno.mkdir(join(dir, "db"));
  const hex = [...new TextEncoder().encode(INFECTED)].map((byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
  await Deno.writeTextFile(join(dir, "db", "aegis.ndb"), `Aegis.Test.Signature:0:*:${hex}\n`);
  const config = join(dir, "clamd.conf");
  await Deno.writeTextFile(
    config,
    `DatabaseDirectory ${dir}/db\nTCPSocket ${port}\nTCPAddr 127.0.0.1\nForeground yes\nStreamMaxLength 2M\n` +
      `${Deno.uid() === 0 ? "User root\n" : ""}LogFile ${dir}/log\n`,
  );
  const program = await startProgram("clamd", [`--config-file=${config}`], port);
  return {
    port,
    output: program.output,
    stop: async () => {
      await program.stop();
      await Deno.remove(dir, { recursive: true });
    },
  };
}
