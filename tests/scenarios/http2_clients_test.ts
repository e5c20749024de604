/** HTTP/2 as it is spoken by those who will speak it: curl, Node's client and Chromium, through the real process. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { nextWebSocketStatus, protocolsOf, startChromium } from "../support/browser.ts";
import { type Answerer, type DemoTarget, startDemoTarget } from "../support/demo_target.ts";
import { chromiumTrusts, localCa } from "../support/local_trust.ts";
import { assertNothingRefused } from "../support/refusals.ts";
import { until } from "../support/until.ts";

const MIB = 1 << 20;
const LARGE_BYTES = 8 * MIB;

/** Playwright's handles outlive the test by a moment. */
const LOOSE = { sanitizeResources: false, sanitizeOps: false };

interface Scene {
  readonly aegis: AegisProcess;
  readonly app: DemoTarget;
  readonly caPem: string;
  readonly caFile: string;
  /** Streams of `/endless` that the application has seen broken off. */
  readonly brokenOff: () => number;
}

/** Aegis before an application (app.test) and a page with a WebSocket (live.test). */
async function withScene(test: (scene: Scene) => Promise<void>): Promise<void> {
  await using cleanUp = new AsyncDisposableStack();
  let brokenOff = 0;
  const app = await startDemoTarget("app", {
    ...ANSWERS,
    "/endless": (_request, response) => {
      const timer = setInterval(() => response.write("still here\n"), 5);
      response.on("close", () => (clearInterval(timer), brokenOff++));
    },
  });
  cleanUp.defer(() => app.close());
  const live = startLivePage();
  cleanUp.defer(() => live.close());
  const aegis = await startAegis({
    config: `hosts:
  - { domains: [app.test], targets: [{ url: "${app.url}" }], waf: { mode: enforce } }
  - { domains: [live.test], targets: [{ url: "${live.url}" }], waf: { mode: enforce } }
`,
  });
  cleanUp.defer(async () => assert.equal(await aegis.stop(), 0));
  const folder = await Deno.makeTempDir({ prefix: "aegis-h2-" });
  cleanUp.defer(() => Deno.remove(folder, { recursive: true }));
  const caPem = await localCa(aegis);
  const caFile = join(folder, "ca.pem");
  await Deno.writeTextFile(caFile, caPem);
  await test({ aegis, app, caPem, caFile, brokenOff: () => brokenOff });
}

const ANSWERS: Readonly<Record<string, Answerer>> = {
  "/echo": (request, response) => void request.pipe(response),
  "/large": (_request, response) => {
    response.writeHead(200, { "content-length": LARGE_BYTES });
    response.end(new Uint8Array(LARGE_BYTES));
  },
  "/trailers": (request, response) => {
    response.writeHead(200, { trailer: "x-checksum" });
    request.resume();
    request.on("end", () => {
      response.write("body");
      response.addTrailers({ "x-checksum": "42" });
      response.end();
    });
  },
  "/hints": (_request, response) => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload; as=style" }, () => response.end("hinted"));
  },
};

/** A page that opens a WebSocket to where it came from and shows what comes back. */
function startLivePage() {
  const page = `<!doctype html><title>live</title><img src="/dot.svg" alt=""><p id="heard"></p><script>
    addEventListener("load", () => {
      const socket = new WebSocket(location.origin.replace("http", "ws") + "/chat", "echo");
      socket.onopen = () => socket.send("it's <b>live</b>");
      socket.onmessage = ({ data }) => document.getElementById("heard").textContent = data;
    });
  </script>`;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/chat") {
      const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "echo" });
      socket.onmessage = ({ data }) => socket.send(data);
      return response;
    }
    if (pathname === "/") return new Response(page, { headers: { "content-type": "text/html" } });
    return new Response(`<svg xmlns="http://www.w3.org/2000/svg"/>`, {
      headers: { "content-type": "image/svg+xml" },
    });
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}

/** Runs curl against app.test and gives what it wrote. */
async function curl({ aegis, caFile }: Scene, path: string, ...more: string[]): Promise<string> {
  const { httpsPort } = aegis;
  const args = ["-sS", "--http2", "--cacert", caFile, "--max-time", "60"];
  args.push("--resolve", `app.test:${httpsPort}:127.0.0.1`, ...more, `https://app.test:${httpsPort}${path}`);
  const { success, stdout, stderr } = await new Deno.Command("curl", { args }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("curl speaks HTTP/2: GET, HEAD, a large body both ways, a refusal", async () => {
  await withScene(async (scene) => {
    const said = ["-o", "/dev/null", "-w", "%{http_version} %{http_code} %{size_upload} %{size_download}"];
    assert.equal(JSON.parse(await curl(scene, "/things?page=2")).url, "/things?page=2");
    assert.match(await curl(scene, "/", ...said), /^2 200 0 /);
    assert.match(await curl(scene, "/large", ...said), new RegExp(`^2 200 0 ${LARGE_BYTES}$`));
    assert.match(
      await curl(scene, "/large", "--head", "-w", "%{http_version}"),
      /content-length: 8388608[^]*2$/,
    );
    const file = `${scene.caFile}.upload`;
    await Deno.writeFile(file, crypto.getRandomValues(new Uint8Array(65_536)));
    const upload = [...said, "--data-binary", `@${file}`, "-H", "content-type: application/octet-stream"];
    assert.equal(await curl(scene, "/echo", ...upload), "2 200 65536 65536");
    assert.match(await curl(scene, "/?q=%3Cscript%3Ealert(1)%3C/script%3E", ...said), /^2 403 /);
  });
});

Deno.test("h2c by prior knowledge is spoken where the listener's block allows it, and only there", async () => {
  const app = await startDemoTarget("app", ANSWERS);
  const host = `hosts: [{ domains: [127.0.0.1, 127.0.0.2], targets: [{ url: "${app.url}" }] }]`;
  const aegis = await startAegis({
    config: host,
    proxyListen: "[{ address: 127.0.0.1:0, h2c: on }, 127.0.0.2:0]",
  });
  const h2c = `http://127.0.0.1:${aegis.httpPort}`;
  const run = async (program: string, ...args: string[]) => {
    const { code, stdout } = await new Deno.Command(program, { args, stderr: "null" }).output();
    return { code, text: new TextDecoder().decode(stdout) };
  };
  const said = [
    "-sS",
    "--max-time",
    "60",
    "-o",
    "/dev/null",
    "-w",
    "%{http_version} %{http_code} %{size_download}",
  ];
  const prior = [...said, "--http2-prior-knowledge"];
  try {
    const { listeners } = await aegis.perform("system.status", {});
    const plain = `http://${listeners.filter(({ name }) => name === "http")[1]!.address}`;
    assert.equal((await run("curl", ...prior, `${h2c}/large`)).text, `2 200 ${LARGE_BYTES}`);
    const content = ["--data-binary", "x".repeat(1_000), "-H", "content-type: text/plain"];
    assert.equal((await run("curl", ...prior, ...content, `${h2c}/echo`)).text, "2 200 1000");
    assert.equal((await run("curl", ...said, `${h2c}/large`)).text, `1.1 200 ${LARGE_BYTES}`);
    const many = await run("h2load", "-n200", "-c2", "-m20", `${h2c}/things`);
    assert.match(many.text, /status codes: 200 2xx, 0 3xx, 0 4xx, 0 5xx/);
    assert.equal((await run("curl", ...said, `${plain}/large`)).text, `1.1 200 ${LARGE_BYTES}`);
    assert.notEqual(
      (await run("curl", ...prior, `${plain}/large`)).code,
      0,
      "no HTTP/2 where it is not allowed",
    );

    // A reload is enough to change it.
    const file = join(aegis.dataDir, "aegis.yml");
    await Deno.writeTextFile(file, (await Deno.readTextFile(file)).replace("h2c: on", "h2c: off"));
    await aegis.perform("system.reload", {});
    assert.notEqual((await run("curl", ...prior, `${h2c}/large`)).code, 0, "no HTTP/2 once it is off");
    assert.equal((await run("curl", ...said, `${h2c}/large`)).text, `1.1 200 ${LARGE_BYTES}`);
  } finally {
    assert.equal(await aegis.stop(), 0);
    await app.close();
  }
});

Deno.test("Node's client: streams side by side, flow control, trailers, 1xx, cancel, ping, WebSocket", async () => {
  await withScene(async (scene) => {
    const script = new URL("http2_node_client.mjs", import.meta.url).pathname;
    const { success, stdout, stderr } = await new Deno.Command("node", {
      args: [script, `${scene.aegis.httpsPort}`, scene.caFile],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), {
      many: 300,
      echo: { status: 200, same: true },
      beside: { status: 200, bytes: LARGE_BYTES },
      cancelled: 200,
      trailers: { body: "body", trailers: { "x-checksum": "42" } },
      expect: { status: 200, informational: [100], bytes: 1_000 },
      early: [103],
      head: { status: 200, bytes: 0 },
      attack: 403,
      ping: true,
      webSocket: { offered: true, status: 200, protocol: "echo", frame: "\x81\x05hello" },
    });
    await until("the application hears of the download that was broken off", () => scene.brokenOff() === 1);
  });
});

Deno.test(
  "Chromium loads pages over HTTP/2 and opens their WebSocket on the same connection",
  LOOSE,
  async () => {
    await withScene(async ({ aegis }) => {
      const chromium = await startChromium([
        "--host-resolver-rules=MAP *.test 127.0.0.1",
        await chromiumTrusts(aegis, ["live.test"]),
      ]);
      try {
        const page = await chromium.browser.newPage();
        const webSocket = await nextWebSocketStatus(page);
        await page.goto(`https://live.test:${aegis.httpsPort}/`);
        await page.locator("#heard", { hasText: "it's <b>live</b>" }).waitFor();
        assert.deepEqual(await protocolsOf(page), ["h2"]);
        assert.equal(await webSocket.status, 200);
        await assertNothingRefused(aegis, "live.test");
      } finally {
        await chromium.close();
      }
    });
  },
);
