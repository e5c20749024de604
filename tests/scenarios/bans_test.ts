/** Who is kept out: bans and subscribed lists on real sockets, over two gateway threads, for IPv4 and the /64 of IPv6. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { FrameType } from "../../src/gateway/listener/http2/frame.ts";
import { startCrowdSec } from "../support/crowdsec.ts";
import { type Answerer, type DemoTarget, startDemoTarget } from "../support/demo_target.ts";
import { freePort } from "../support/npm_application.ts";
import { H2Client } from "../support/h2_client.ts";
import { FLOODS } from "../support/h2_floods.ts";
import { type InProcess, startInProcess } from "../support/in_process.ts";
import { localCa } from "../support/local_trust.ts";
import { RawClient } from "../support/raw_client.ts";
import { until } from "../support/until.ts";

const GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** Whose word on the client is taken. */
const TRUSTED = "198.51.100.250";
const FLOOD = 200;

/** A connection that the proxy before Aegis says is of `client`. */
async function connectAs(port: number, client: string): Promise<RawClient> {
  const raw = await RawClient.clear(port);
  await raw.write(headerOf(client));
  return raw;
}

function headerOf(client: string): string {
  const [family, own] = client.includes(":") ? ["TCP6", "::1"] : ["TCP4", "127.0.0.1"];
  return `PROXY ${family} ${client} ${own} 40000 80\r\n`;
}

/** A connection of `client` that is ready to speak HTTP/2. */
async function startTlsAs(aegis: InProcess, client: string): Promise<RawClient> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: aegis.httpsPort });
  await conn.write(new TextEncoder().encode(headerOf(client)));
  const caCerts = [await localCa(aegis)];
  return new RawClient(
    await Deno.startTls(conn, { hostname: "localhost", caCerts, alpnProtocols: ["h2"] }),
  );
}

const EVENTS = { ":method": "GET", ":scheme": "https", ":authority": "localhost", ":path": "/events" };
const events: Answerer = (_request, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const timer = setInterval(() => response.write("data: still here\n\n"), 50);
  response.on("close", () => clearInterval(timer));
};

/** What never ends by itself: echoes by WebSocket and by TCP, events, and an upload that is read and never answered. */
async function startOpenTarget() {
  const http = createServer((request, response) => {
    if (request.url === "/events") events(request, response);
    else request.resume();
  });
  http.on("upgrade", (_request, socket: Socket) => {
    socket.on("error", () => {});
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    socket.pipe(socket);
  });
  const tcp = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  for (const server of [http, tcp]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  const portOf = (server: typeof tcp) => (server.address() as AddressInfo).port;
  return {
    port: portOf(http),
    tcpPort: portOf(tcp),
    close: () => {
      http.closeAllConnections();
      for (const server of [http, tcp]) server.close();
    },
  };
}

/** One request on a connection of its own; null: it was closed without an answer. */
async function ask(port: number, client: string): Promise<number | null> {
  const raw = await connectAs(port, client);
  try {
    await raw.write(GET);
    return (await raw.readResponse()).status;
  } catch {
    return null;
  } finally {
    raw.close();
  }
}

interface Scene {
  readonly aegis: InProcess;
  readonly port: number;
  readonly streamPort: number;
  readonly lists: { url: string; text: string };
}

const STEPS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  async "a banned client reads why ten times, over both threads, and then its connections are closed"(
    { aegis, port },
  ) {
    for (
      const [ban, client, other] of [
        ["203.0.113.9", "203.0.113.9", "203.0.113.10"],
        ["2001:db8:0:1::/64", "2001:db8:0:1::9", "2001:db8:0:2::9"],
      ] as const
    ) {
      const { id } = await aegis.perform("bans.create", { network: ban, reason: "a test" });
      let answers = 0;
      // The tenth may be drawn by a thread that has not come to the moment at which another one drew the first.
      await until("ten answers", async () => {
        if (await ask(port, client) === 403) answers++;
        return answers === 10;
      });
      for (let i = 0; i < 4; i++) assert.equal(await ask(port, client), null);
      assert.equal(await ask(port, other), 200);
      await until("what it did is shown", async () => {
        const [row] = await aegis.perform("bans.list", { q: ban });
        return row?.answered === 10 && row.dropped >= 4;
      });
      await aegis.perform("bans.delete", { id });
      assert.equal(await ask(port, client), 200);
    }
  },
  async "the tenth answer on one connection is its last, which says so"({ aegis, port }) {
    const { id } = await aegis.perform("bans.create", { network: "203.0.113.20", seconds: 60 });
    const raw = await connectAs(port, "203.0.113.20");
    for (let i = 1; i <= 10; i++) {
      await raw.write(GET);
      const { status, headers } = await raw.readResponse();
      const closes = headers.some(([name, value]) =>
        name.toLowerCase() === "connection" && value === "close"
      );
      assert.deepEqual([status, closes], [403, i === 10]);
    }
    assert.equal((await raw.readToEnd()).length, 0);
    raw.close();
    assert.equal(await ask(port, "203.0.113.20"), null);
    await aegis.perform("bans.delete", { id });
  },
  async "with the answer `close` nobody reads anything, and a host's white list stands over a ban"(
    { aegis, port },
  ) {
    await aegis.perform("settings.update", { patch: { ban_answer: "close" } });
    const { id } = await aegis.perform("bans.create", { network: "192.0.2.0/28" });
    assert.equal(await ask(port, "192.0.2.5"), null);
    await aegis.perform("bans.delete", { id });
    await aegis.perform("settings.update", { patch: { ban_answer: null, whitelist_cidrs: ["192.0.2.5"] } });
    await assert.rejects(aegis.perform("bans.create", { network: "192.0.2.0/28" }), /white-listed/);
    await aegis.perform("settings.update", { patch: { whitelist_cidrs: null } });
  },
  async "who is on a subscribed list is kept out by every thread, and let in when it leaves"(
    { aegis, port, lists },
  ) {
    lists.text = "198.51.100.0/24 ; neighbours\n2001:db8:77::/48\n";
    const { id } = await aegis.perform("lists.create", { name: "Own", url: lists.url });
    // Lists are sent, not waited for: one thread may have it a moment before the other.
    await until("the list is in force", async () => {
      const asked = await Promise.all(Array.from({ length: 8 }, () => ask(port, "198.51.100.9")));
      return asked.every((status) => status !== 200);
    });
    for (let i = 0; i < 4; i++) assert.equal(await ask(port, `2001:db8:77:${i}::1`), 403);
    assert.equal(await ask(port, "203.0.113.30"), 200);
    lists.text = "oops\n";
    const { state, error, entries } = await aegis.perform("lists.refresh", { id });
    assert.deepEqual([state, error, entries], ["stale", 'line 1: "oops" is no address or network', 2]);
    assert.equal(await ask(port, "198.51.100.10"), 403);
    await until("its hits are counted", async () => {
      const list = (await aegis.perform("lists.list", {})).find((each) => each.id === id)!;
      return list.answered >= 5;
    });
    await aegis.perform("lists.delete", { id });
    await until("it is gone", async () => (await ask(port, "2001:db8:77:9::1")) === 200);
  },
  async "what a CrowdSec Local API decides is in force here, and it learns of bans that are made here"(
    { aegis, port },
  ) {
    const crowdsec = await startCrowdSec();
    try {
      const key = (await crowdsec.cscli("bouncers", "add", "aegis")).trim();
      await crowdsec.cscli("machines", "add", "aegis", "--password", "of the machine", "-f", "/dev/null");
      const { id } = await aegis.perform("lists.create", {
        name: "Our CrowdSec",
        kind: "crowdsec",
        url: crowdsec.url,
        every_seconds: 3_600,
        key,
        offers: true,
        machine: "aegis",
        password: "of the machine",
      });
      const decide = (...args: string[]) => crowdsec.cscli("decisions", ...args);
      const exchange = () => aegis.perform("lists.refresh", { id });
      const isOut = (client: string, isOut = true) =>
        until(
          `${client} is ${isOut ? "out" : "in"}`,
          async () => (await ask(port, client)) !== 200 === isOut,
        );

      await decide("add", "--ip", "198.51.100.77", "--duration", "4h");
      await decide("add", "--ip", "198.51.100.77", "--duration", "8h");
      await decide("add", "--range", "192.0.2.128/25", "--duration", "4h");
      await decide("add", "--ip", "2001:db8:99::1", "--duration", "4h");
      await decide("add", "--ip", "198.51.100.78", "--type", "captcha");
      await decide("add", "--scope", "country", "--value", "FR");
      const { state, error, entries } = await exchange();
      assert.deepEqual([state, error, entries], ["fresh", "", 3]);
      for (const client of ["198.51.100.77", "192.0.2.200", "2001:db8:99::1"]) await isOut(client);
      for (const client of ["198.51.100.78", "192.0.2.100", "2001:db8:99::2"]) await isOut(client, false);

      const longest = (await decide("list")).split("\n").find((row) => row.includes("198.51.100.77"))!;
      await decide("delete", "--id", longest.split(",")[0]!);
      await decide("delete", "--range", "192.0.2.128/25");
      await decide("add", "--ip", "198.51.100.79", "--duration", "1h");
      await exchange();
      await isOut("192.0.2.200", false);
      await isOut("198.51.100.79");
      assert.notEqual(await ask(port, "198.51.100.77"), 200, "its other decision holds");

      const ban = await aegis.perform("bans.create", {
        network: "203.0.113.80",
        seconds: 3_600,
        reason: "scans",
      });
      const net = await aegis.perform("bans.create", { network: "203.0.113.96/28" });
      const told = ["Ip:203.0.113.80", "Range:203.0.113.96/28"];
      await until("it is told", async () => {
        await exchange();
        const decided = await crowdsec.decisions();
        return told.every((each) => decided.includes(each));
      });
      const [alert] = JSON.parse(
        await crowdsec.cscli("alerts", "list", "--ip", "203.0.113.80", "-o", "json"),
      );
      assert.deepEqual(
        [alert.message, alert.machine_id, alert.decisions[0].scenario],
        ["Aegis banned 203.0.113.80: scans", "aegis", "aegis/operator"],
      );
      for (const each of [ban, net]) await aegis.perform("bans.delete", { id: each.id });
      await until("they are taken back", async () => {
        const { offer_error } = await exchange();
        assert.equal(offer_error, "");
        return !(await crowdsec.decisions()).some((each) => told.includes(each));
      });
      await isOut("203.0.113.80", false);

      await crowdsec.stop();
      const away = await exchange();
      assert.deepEqual([away.state, away.entries], ["stale", 3]);
      assert.notEqual(await ask(port, "198.51.100.79"), 200, "the last good state serves on");
      await aegis.perform("lists.delete", { id });
      await isOut("198.51.100.79", false);
    } finally {
      await crowdsec.stop();
    }
  },
  async "a client that floods with frames is banned"({ aegis, port }) {
    const raw = await startTlsAs(aegis, "203.0.113.66");
    await H2Client.begin(raw);
    const { next } = FLOODS.find(({ name }) => name === "requests that are malformed")!;
    await raw.write(Buffer.concat(Array.from({ length: 1_000 }, (_, i) => next(i))));
    // GOAWAY comes first, but gets lost where what was sent behind it makes the kernel reset.
    await raw.ending();
    raw.close();
    const ban = await until("it is banned", async () => {
      const bans = await aegis.perform("bans.list", { origin: "protocol" });
      return bans.find((each) => each.network === "203.0.113.66");
    });
    assert.match(ban.reason, /abuse of the protocol: .*provoked resets/);
    // The table holds it a moment before the gateways do.
    await until("it is in force", async () => (await ask(port, "203.0.113.66")) === 403);
  },
  async "a ban breaks off what is open: tunnels, answers and uploads of every protocol, and nobody else's"(
    { aegis, port, streamPort },
  ) {
    const GUEST = "203.0.113.51";
    const open = async (client: string, path: string, more = "") => {
      const raw = await connectAs(port, client);
      await raw.write(`GET ${path} HTTP/1.1\r\nHost: open.test\r\n${more}\r\n`);
      await raw.readHead();
      return raw;
    };
    const WEBSOCKET = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    const client = "203.0.113.50";
    const others = [await open(GUEST, "/socket", WEBSOCKET), await open(GUEST, "/events")];
    const cut = [await open(client, "/socket", WEBSOCKET), await open(client, "/events")];
    const upload = await connectAs(port, client);
    await upload.write("POST /upload HTTP/1.1\r\nHost: open.test\r\nContent-Length: 1000\r\n\r\nbegin");
    const stream = await connectAs(streamPort, client);
    await stream.write("one");
    assert.equal((await stream.read())?.toString(), "one");
    cut.push(upload, stream);
    const tls = await startTlsAs(aegis, client);
    const h2 = await H2Client.begin(tls);
    const id = h2.newId();
    await h2.headers(id, Object.entries(EVENTS), true);
    await h2.frameThat((frame) => frame.type === FrameType.data && frame.id === id);

    const { id: hostId } = (await aegis.perform("hosts.list", {})).find(({ domains }) =>
      domains[0] === "open.test"
    )!;
    const own = await open("203.0.113.52", "/events");
    await aegis.perform("bans.create", { network: "203.0.113.52", host_id: hostId, seconds: 60 });
    assert.equal(await own.ending(), "error");
    const ban = await aegis.perform("bans.create", { network: client, reason: "a test", seconds: 60 });
    for (const raw of cut) await raw.ending();
    assert.equal(await h2.resetOf(id), 8);
    await others[0]!.write("still here");
    for (const raw of others) await raw.readThrough("still here");
    for (const raw of [...cut, ...others, own, tls]) raw.close();
    await until("the log says why", async () => {
      const { rows } = await aegis.perform("traffic.query", { client, reason: "ban" });
      return rows.some(({ method, action, detail }) =>
        method === "POST" && action === "blocked" && detail === `${client}: a test`
      );
    });
    await aegis.perform("bans.delete", { id: ban.id });
  },
  async "who floods through a trusted proxy is refused and counted each time, and let in once the ban is gone"(
    { aegis, port },
  ) {
    const client = "203.0.113.120";
    const raw = await connectAs(port, TRUSTED);
    const again = async () => {
      await raw.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${client}\r\n\r\n`);
      return await raw.readResponse();
    };
    const { id } = await aegis.perform("bans.create", { network: client });
    const ids = new Set<string>();
    for (let i = 0; i < FLOOD; i++) {
      const { status, body } = await again();
      assert.equal(status, 403);
      ids.add(JSON.parse(body.toString()).request_id);
    }
    assert.equal(ids.size, FLOOD, "each answer has an id of its own");
    await until("each is counted", async () => {
      const [row] = await aegis.perform("bans.list", { q: client });
      return row?.answered === FLOOD;
    });
    await until("each is in the log", async () => {
      const { rows } = await aegis.perform("traffic.query", { client });
      return rows.reduce((sum, { count }) => sum + count, 0) === FLOOD;
    });
    await aegis.perform("bans.delete", { id });
    assert.equal((await again()).status, 200);
    await aegis.perform("bans.create", { network: client, seconds: 1 });
    assert.equal((await again()).status, 403);
    await until("it has ended", async () => (await again()).status === 200);
    raw.close();
  },
  async "a ban ends by itself"({ aegis, port }) {
    const { network } = await aegis.perform("bans.create", { network: "203.0.113.40", seconds: 1 });
    assert.equal(await ask(port, network), 403);
    await until("it has ended", async () => (await ask(port, network)) === 200);
    assert.deepEqual((await aegis.perform("bans.list", { q: network })).length, 0);
  },
};

Deno.test({
  name: "who is banned or on a list is kept out",
  sanitizeResources: false,
  sanitizeOps: false,
  async fn(test) {
    const target: DemoTarget = await startDemoTarget("shop", { "/events": events });
    const lists = { url: "", text: "" };
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response(lists.text),
    );
    lists.url = `http://127.0.0.1:${server.addr.port}/list.txt`;
    const open = await startOpenTarget();
    const streamPort = await freePort();
    const aegis = await startInProcess(
      `workers: 2
proxies: { trusted: [{ network: ${TRUSTED}, header: x-forwarded-for }] }
hosts:
  - { domains: [localhost], targets: [{ url: "http://127.0.0.1:${target.port}" }] }
  - { domains: [open.test], targets: [{ url: "http://127.0.0.1:${open.port}" }] }
streams:
  - { name: echo, listen: "127.0.0.1:${streamPort}", upstream: "127.0.0.1:${open.tcpPort}", proxy_protocol: { senders: [127.0.0.1] } }`,
      0,
      ", proxy_protocol: [127.0.0.1]",
    );
    try {
      for (const [name, step] of Object.entries(STEPS)) {
        await test.step(name, () => step({ aegis, port: aegis.httpPort, streamPort, lists }));
      }
    } finally {
      await aegis.stop();
      await server.shutdown();
      open.close();
      await target.close();
    }
  },
});
