import assert from "node:assert/strict";
import { join } from "node:path";
import { startAegis } from "../support/aegis_process.ts";
import { until } from "../support/until.ts";

Deno.test("systemd is told when Aegis serves, reloads, is alive and stops", async () => {
  const dir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const socket = join(dir, "systemd.sock");
  const systemd = Deno.listenDatagram({ transport: "unixpacket", path: socket });
  const told: string[] = [];
  const listening = (async () => {
    for await (const [bytes] of systemd) told.push(new TextDecoder().decode(bytes));
  })();
  const aegis = await startAegis({ env: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "2000000" } });
  await until("it says that it is ready", () => told.includes("READY=1"));
  assert.equal(told[0], "READY=1", "nothing comes before it serves");
  await until(
    "it says that it is alive, twice",
    () => told.filter((state) => state === "WATCHDOG=1").length >= 2,
  );
  told.length = 0;
  aegis.kill("SIGHUP");
  await until("it reloads and is ready again", () => told.some((state) => state === "READY=1"));
  assert.match(told.find((state) => state !== "WATCHDOG=1")!, /^RELOADING=1\nMONOTONIC_USEC=\d+$/);
  assert.equal(await aegis.stop(), 0);
  assert.ok(told.includes("STOPPING=1"));
  systemd.close();
  await listening;
  await Deno.remove(dir, { recursive: true });
});
