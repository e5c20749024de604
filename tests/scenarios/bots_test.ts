/** Bots on the running product: a real browser is never taken for a program, programs are. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { startChromium } from "../support/browser.ts";
import { chromiumTrusts } from "../support/local_trust.ts";
import { until } from "../support/until.ts";

/** Chromium as people have it: its own name without a window says so. */
const USER_AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const JA4 = /^t13d\d{4}(?:h2|h1|00)_[0-9a-f]{12}_[0-9a-f]{12}$/;

/** Playwright's handles outlive the test by a moment. */
const LOOSE = { sanitizeResources: false, sanitizeOps: false };

/** A page that asks for all that pages ask for, and says when all of it has come. */
const PAGE = `<!doctype html><title>Parts</title><link rel="stylesheet" href="/look.css">
<link rel="manifest" href="/app.webmanifest"><img src="/picture.svg" alt=""><iframe src="/frame"></iframe>
<form method="post" action="/sent"><input name="a" value="b"><button>Send</button></form>
<script type="module" src="/module.js"></script>
<script>
  const events = new Promise((done) => {
    const source = new EventSource("/events");
    source.onmessage = () => (source.close(), done());
  });
  const socket = new Promise((done) => {
    const open = new WebSocket(location.origin.replace("http", "ws") + "/chat");
    open.onmessage = () => (open.close(), done());
  });
  const old = new Promise((done) => {
    const request = new XMLHttpRequest();
    request.onload = done;
    request.open("PUT", "/xhr");
    request.send("x");
  });
  const worker = "serviceWorker" in navigator
    ? navigator.serviceWorker.register("/worker.js").then(() => navigator.serviceWorker.ready)
    : null;
  navigator.sendBeacon("/beacon", "left");
  Promise.all([events, socket, old, worker, fetch("/api", { method: "POST", body: "{}", headers: {
    "content-type": "application/json", accept: "application/json" } }), fetch("/plain")])
    .then(() => document.title = "Complete");
</script>`;

const TYPES: Readonly<Record<string, string>> = {
  "/look.css": "text/css",
  "/picture.svg": "image/svg+xml",
  "/app.webmanifest": "application/manifest+json",
  "/module.js": "text/javascript",
  "/worker.js": "text/javascript",
};

function startTarget() {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/chat") {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onopen = () => socket.send("hello");
      return response;
    }
    if (pathname === "/events") {
      return new Response("data: x\n\n", { headers: { "content-type": "text/event-stream" } });
    }
    if (pathname === "/") return new Response(PAGE, { headers: { "content-type": "text/html" } });
    const type = TYPES[pathname] ?? "text/html";
    const body = type === "text/javascript" || type === "text/html"
      ? ""
      : type === "image/svg+xml"
      ? "<svg/>"
      : "{}";
    return new Response(body, { headers: { "content-type": type } });
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}

async function load(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction('document.title === "Complete"');
  await page.getByRole("button").click();
  await page.waitForURL("**/sent");
}

async function curl(
  port: number,
  path: string,
  ...more: string[]
): Promise<{ status: string; body: string }> {
  const { stdout } = await new Deno.Command("curl", {
    args: [
      "-s",
      "-k",
      "-w",
      "\n%{http_code}",
      "-H",
      "host: shop.test",
      ...more,
      `http://127.0.0.1:${port}${path}`,
    ],
  }).output();
  const text = new TextDecoder().decode(stdout);
  const last = text.lastIndexOf("\n");
  return { status: text.slice(last + 1), body: text.slice(0, last) };
}

/** Every row of the log whose path is `path`, whole. */
async function rowsOf(aegis: AegisProcess, path: string) {
  const { rows } = await until(`${path} is in the log`, async () => {
    const found = await aegis.perform("traffic.query", { q: path, limit: 500 });
    return found.rows.length > 0 ? found : null;
  });
  return await Promise.all(rows.map(({ id }) => aegis.perform("traffic.get", { id })));
}

Deno.test("what looks automated is refused, and no request of a real browser does", LOOSE, async () => {
  await using cleanUp = new AsyncDisposableStack();
  const target = startTarget();
  cleanUp.defer(() => target.close());
  const aegis = await startAegis({
    workers: 2,
    config: `
hosts:
  - domains: [shop.test]
    targets: [{ url: "${target.url}" }]
    bots:
      action: block
      block_known: true
      block_ai: true
      robots: { enabled: true, ai_train: false, disallow_ai: true, disallow: [/admin/] }
`,
  });
  cleanUp.defer(async () => void await aegis.stop());

  const chromium = await startChromium([
    "--host-resolver-rules=MAP *.test 127.0.0.1",
    `--user-agent=${USER_AGENT}`,
    await chromiumTrusts(aegis, ["shop.test"]),
  ]);
  cleanUp.defer(() => chromium.close());
  const context = await chromium.browser.newContext();
  await load(await context.newPage(), `https://shop.test:${aegis.httpsPort}/`);
  const plain = await chromium.browser.newContext();
  await load(await plain.newPage(), `http://shop.test:${aegis.httpPort}/`);

  const refused = await aegis.perform("traffic.query", { action: "blocked", limit: 500 });
  assert.deepEqual(refused.rows.map(({ target, detail }) => `${target}: ${detail}`), []);
  const parts = [
    "/look.css",
    "/picture.svg",
    "/frame",
    "/module.js",
    "/events",
    "/chat",
    "/xhr",
    "/beacon",
    "/api",
    "/plain",
    "/sent",
    "/worker.js",
  ];
  const secured = new Set<string>();
  for (const part of parts) {
    for (const row of await rowsOf(aegis, part)) {
      const { bot_score, reasons, ja4, fingerprint, http2 } = row.program!;
      assert.equal(bot_score, 0, `${row.scheme} ${row.protocol} ${part}: ${JSON.stringify(reasons)}`);
      assert.match(fingerprint, /^o[0-9a-f]{16}$/);
      assert.match(http2, row.protocol === "HTTP/2" ? /\|m,a,s,p$/ : /^$/);
      if (row.scheme === "https") secured.add(row.protocol);
      if (row.scheme === "https") assert.match(ja4, JA4);
      else assert.equal(ja4, "");
    }
  }

  assert.ok(secured.has("HTTP/2"));

  // Programs.
  assert.equal((await curl(aegis.httpPort, "/")).status, "403");
  // Two gateways write in an order of their own: the row is the first refusal's.
  await until("the first refusal is in the log", async () => {
    return (await aegis.perform("traffic.query", { reason: "bot" })).rows.length === 1;
  });
  const named = [
    "-A",
    "Mozilla/5.0 (compatible; GPTBot/1.2)",
    "-H",
    "accept-language: en",
    "-H",
    "accept-encoding: gzip",
  ];
  assert.equal((await curl(aegis.httpPort, "/", ...named)).status, "403");
  const polite = ["-A", "Mozilla/5.0 (compatible; NiceProbe/1)", "-H", "accept-language: en"];
  assert.equal(
    (await curl(aegis.httpPort, "/plain", ...polite)).status,
    "200",
    "a probe that says what it wants",
  );
  const robots = await curl(aegis.httpPort, "/robots.txt", ...named);
  assert.equal(robots.status, "200");
  assert.match(robots.body, /^User-agent: GPTBot$[^]*^Disallow: \/$[^]*^Content-Signal: ai-train=no$/m);
  // Refusals of one client for one reason within seconds are one row.
  const row = await until("the refusals are in the log", async () => {
    const { rows } = await aegis.perform("traffic.query", { reason: "bot" });
    const [first] = rows;
    return first?.count === 2 ? await aegis.perform("traffic.get", { id: first.id }) : null;
  });
  assert.match(row.detail, /^6 points: a program library as user agent, or none, /);
  assert.equal(row.program!.bot_score, 6);
  assert.deepEqual(row.samples.map(({ detail }) => detail), [row.detail, "AI crawler: gptbot"]);
});
