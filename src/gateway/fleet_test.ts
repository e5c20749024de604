import assert from "node:assert/strict";
import type { ControlToGateway, GatewayToControl } from "../core/messages.ts";
import type { Logger } from "../core/ports.ts";
import type { Snapshot } from "../core/snapshot.ts";
import { fakeSnapshot } from "../../tests/support/fake_gateway.ts";
import { Fleet } from "./fleet.ts";

/** A fleet, and how often it waited for a gateway until its deadline. */
function fleetWithWarnings(applyMs?: number) {
  const warnings: string[] = [];
  const logger: Logger = {
    debug() {},
    info() {},
    warn: (text) => void warnings.push(text),
    error() {},
  };
  return { fleet: new Fleet(logger, undefined, applyMs), warnings };
}

function version(number: number): Snapshot {
  return { ...fakeSnapshot(), version: number };
}

/** A version that no gateway takes. */
const REFUSED = 3;

/** The gateway's end of a channel; notes the versions it was sent, and applies them where it `lives`. */
function gateway(lives: boolean) {
  const { port1, port2 } = new MessageChannel();
  const versions: number[] = [];
  const kinds: ControlToGateway["kind"][] = [];
  const asked = Promise.withResolvers<void>();
  port2.onmessage = ({ data }: MessageEvent<ControlToGateway>) => {
    if (data.kind !== "snapshot" && data.kind !== "changes") return;
    const { version } = data.kind === "snapshot" ? data.snapshot : data.changes;
    versions.push(version);
    kinds.push(data.kind);
    asked.resolve();
    if (!lives) return;
    const answer: GatewayToControl = version === REFUSED
      ? { kind: "rejected", version, message: "no" }
      : { kind: "applied", version, ports: {}, tookMs: 1 };
    port2.postMessage(answer);
  };
  const apply = (version: number) =>
    port2.postMessage({ kind: "applied", version, ports: {}, tookMs: 1 } satisfies GatewayToControl);
  const close = () => (port1.close(), port2.close());
  return { port: port1, versions, kinds, asked: asked.promise, apply, close };
}

Deno.test("a gateway that dies while a snapshot is on its way holds nobody up once it is replaced", async () => {
  const { fleet, warnings } = fleetWithWarnings();
  const dead = gateway(false);
  const other = gateway(true);
  const again = gateway(true);
  const lost = fleet.join(0, dead.port);
  const served = fleet.join(1, other.port);
  const first = fleet.publish(version(1));
  const second = fleet.publish(version(2));
  await dead.asked;
  const joined = fleet.join(0, again.port);
  await Promise.all([first, second, joined]);
  assert.deepEqual([other.versions, again.versions.at(-1), warnings], [[1, 2], 2, []]);
  assert.deepEqual(await Promise.all([lost, served, joined]), [false, true, true]);
  fleet.close();
  for (const each of [dead, other, again]) each.close();
});

Deno.test("who serves by a snapshot is told what changed, who refused the last or has just come is told all", async () => {
  const { fleet } = fleetWithWarnings();
  const first = gateway(true);
  const late = gateway(true);
  const joined = fleet.join(0, first.port);
  await fleet.publish(version(1));
  assert.equal(await joined, true);
  await fleet.publish(version(2));
  await assert.rejects(fleet.publish(version(REFUSED)), /no/);
  await fleet.publish(version(4));
  await fleet.join(1, late.port);
  await fleet.publish(version(5));
  assert.deepEqual(first.kinds, ["snapshot", "changes", "changes", "snapshot", "changes"]);
  assert.deepEqual(late.kinds, ["snapshot", "changes"]);
  fleet.close();
  for (const each of [first, late]) each.close();
});

Deno.test("a gateway that takes longer to start than a publication waits serves once it has applied, not before", async () => {
  const { fleet, warnings } = fleetWithWarnings(1);
  const slow = gateway(false);
  const joined = fleet.join(0, slow.port);
  await fleet.publish(version(1));
  assert.deepEqual(warnings, ["a gateway did not apply a snapshot in time"]);
  slow.apply(1);
  assert.equal(await joined, true);
  fleet.close();
  slow.close();
});

Deno.test("[SECURITY] a gateway that comes later, or again, hears of the passes that were taken back", async () => {
  const { fleet } = fleetWithWarnings();
  fleet.revokePasses(["one", "two"]);
  const { port1, port2 } = new MessageChannel();
  const heard = new Promise<readonly string[]>((resolve) => {
    port2.onmessage = ({ data }: MessageEvent<ControlToGateway>) => {
      if (data.kind === "revoked-passes") resolve(data.passes);
    };
  });
  const joined = fleet.join(0, port1);
  assert.deepEqual(await heard, ["one", "two"]);
  fleet.close();
  assert.equal(await joined, false);
  for (const port of [port1, port2]) port.close();
});
