/** sqlmap against an application that can be injected: it succeeds on the application itself, and not through Aegis. */
import assert from "node:assert/strict";
import { startAegis } from "../support/aegis_process.ts";
import { startInjectableTarget } from "../support/injectable_target.ts";
import { until } from "../support/until.ts";

const HOST = "shop.test";
/** As one who does not want to be seen by the name of the tool: the rule for scanners is not what is tried here. */
const BROWSER =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

/** The usual evasions: comments for blanks, mixed case, other comparisons, everything encoded. */
const TAMPERS = ["", "space2comment,between,randomcase,charencode", "equaltolike,space2mysqlblank"];

async function sqlmap(port: number, tamper = ""): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "aegis-sqlmap-" });
  try {
    const { stdout, stderr } = await new Deno.Command("sqlmap", {
      args: [
        ...[
          "-u",
          `http://127.0.0.1:${port}/item?id=1`,
          "--batch",
          "--level=1",
          "--risk=1",
          "--technique=BEU",
        ],
        ...["--threads=4", "--flush-session", "--disable-coloring", "--answers=quit=n", "--timeout=10"],
        ...["--retries=1", `--user-agent=${BROWSER}`, `--host=${HOST}`, `--output-dir=${folder}`],
        ...(tamper === "" ? [] : [`--tamper=${tamper}`]),
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: { HOME: folder },
    }).output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("sqlmap finds the hole in the application, and nothing through Aegis", async () => {
  const target = await startInjectableTarget();
  const aegis = await startAegis({
    // The rules alone are tried: what is not refused would wait in the tarpit, five seconds each time.
    config:
      `toggles: { anomaly: false }\nhosts: [{ domains: [${HOST}], targets: [{ url: "${target.url}" }], waf: { mode: enforce } }]`,
  });
  try {
    const direct = await sqlmap(target.port);
    assert.match(direct, /Parameter: id \(GET\)/, direct);
    assert.match(direct, /boolean-based blind|UNION query/, direct);

    for (const tamper of TAMPERS) {
      const through = await sqlmap(aegis.httpPort, tamper);
      assert.doesNotMatch(through, /Parameter: id \(GET\)|is vulnerable/, through);
      assert.match(through, /all tested parameters do not appear to be injectable/, through);
    }

    const refused = await until("the refusals are in the log", async () => {
      const { rows } = await aegis.perform("traffic.query", { action: "blocked", reason: "waf", limit: 500 });
      return rows.length > 0 && rows;
    });
    assert.ok(refused.every(({ status }) => status === 403));
    assert.ok(refused.some(({ rules }) => rules.some(({ id }) => id.startsWith("sqli-"))));
  } finally {
    assert.equal(await aegis.stop(), 0);
    await target.close();
  }
});
