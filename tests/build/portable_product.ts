import assert from "node:assert/strict";
import { request } from "node:http";
import { join } from "node:path";
import { startAegis } from "../support/aegis_process.ts";
import { until } from "../support/until.ts";

/**
 * What a person does with the built file on the first day, with nothing else on the machine. Run by
 * portable_product_test.ts as a process of its own, so that it can stand in a network of its own:
 * `portable_product.ts FILE PATH HOME`.
 */

const [file, path, home] = Deno.args as [string, string, string];
const alone = ["env", "-i", `PATH=${path}`, `HOME=${home}`, file];
const dataDir = join(home, "data");
await Deno.mkdir(dataDir, { mode: 0o700 });

const upstream = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: () => {} },
  (asked) => new Response(`the application answers ${new URL(asked.url).pathname}`),
);
const first = await startAegis({ command: alone, dataDir });

async function aegis(args: readonly string[], input = ""): Promise<string> {
  const child = new Deno.Command("env", {
    args: [...alone.slice(1), ...args, "--data-dir", dataDir],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await new Blob([input]).stream().pipeTo(child.stdin);
  const { code, stdout, stderr } = await child.output();
  assert.equal(code, 0, `aegis ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

function get(port: number, target: string): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const headers = { host: "shop.test", "user-agent": "Mozilla/5.0", accept: "*/*" };
  const sent = request({ host: "127.0.0.1", port, path: target, headers, agent: false }, (answer) => {
    let text = "";
    answer.setEncoding("utf8");
    answer.on("data", (chunk: string) => text += chunk);
    answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
  });
  sent.on("error", reject);
  sent.end();
  return promise;
}

// Setup.
assert.match(await aegis(["setup"]), /https:\/\/localhost:\d+\/setup\?token=/);
assert.match(
  await aegis(["setup", "--name", "ann"], "seven lanterns over quiet water\n"),
  /made the first user/,
);
assert.match(await aegis(["setup"]), /setup is done/);
await aegis([
  "host",
  "add",
  "shop.test",
  "--to",
  `http://127.0.0.1:${upstream.addr.port}`,
  "--mode",
  "enforce",
]);
const status = JSON.parse(await aegis(["status", "--json"]));
assert.equal(status.form, "portable");
assert.deepEqual(
  status.threads.map(({ kind }: { kind: string }) => kind).toSorted(),
  ["analyst", "control", "gateway", "gateway", "recorder"],
);
assert.doesNotMatch(first.output(), /a thread died/);

// A request that is proxied, and one that is refused with a reason that can be read.
assert.deepEqual(await get(first.httpPort, "/cart?item=7"), {
  status: 200,
  text: "the application answers /cart",
});
const refused = await get(first.httpPort, "/cart?item=1%20union%20select%20name,pass%20from%20users--");
assert.equal(refused.status, 403);
const rows = await until("the refusal stands in the log", async () => {
  const found = JSON.parse(await aegis(["log", "query", "--action", "blocked", "--json"]));
  return found.length > 0 ? found : null;
}, 20_000);
assert.equal(rows[0].reason, "waf");
assert.ok(rows[0].rules.some((rule: { id: string }) => rule.id.startsWith("sqli-")));

// A stop as asked, and all of it is there in the next life.
assert.equal(await first.stop({ keep: true }), 0, first.output());
assert.match(first.output(), /Aegis shutdown complete/);
const second = await startAegis({ command: alone, dataDir });
assert.equal((await get(second.httpPort, "/again")).text, "the application answers /again");
assert.equal((await get(second.httpPort, "/?q=1%20union%20select%20name,pass%20from%20users--")).status, 403);
assert.equal(await second.stop(), 0, second.output());
await upstream.shutdown();
