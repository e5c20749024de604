/** Paths, kinds of hosts, header rules, transforms, compression and error pages, over both codecs of the real process. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { type Answerer, type DemoTarget, startDemoTarget } from "../support/demo_target.ts";
import { localCa } from "../support/local_trust.ts";
import { until } from "../support/until.ts";

const TEXT = "A line of text that comes again and again.\n".repeat(500);

const ANSWERS: Readonly<Record<string, Answerer>> = {
  "/headers": (request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.rawHeaders));
  },
  "/text": (_request, response) => {
    response.setHeader("etag", '"1"');
    response.setHeader("content-type", "text/plain");
    response.end(TEXT);
  },
  "/events": (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end("data: 1\n\n");
  },
  "/broken": (_request, response) => {
    response.writeHead(503, { "content-type": "text/plain", etag: '"1"', "retry-after": "9" });
    response.end("out of order");
  },
};

interface Scene {
  readonly aegis: AegisProcess;
  readonly api: DemoTarget;
  readonly caFile: string;
}

function config(app: string, api: string, dead: number): string {
  return `hosts:
  - domains: [app.test]
    targets: [{ url: "${app}" }]
    health: { interval_ms: 500 }
    paths:
      - { prefix: /api, targets: [{ url: "${api}" }], request_headers: { set: { X-Area: api } } }
      - { prefix: /gone, targets: [{ url: "http://127.0.0.1:${dead}" }] }
    request_headers: { set: { X-Visitor: "\${request.ip} \${request.method}" } }
    response_headers: { set: { X-Answered-By: "\${upstream.host}" } }
    transforms:
      - { action: rewrite-path, regex: "^/v(\\\\d)/(.*)$", to: "/api/$2" }
      - action: redirect
        to: "https://elsewhere.test\${request.path}"
        status: 308
        when: { of: [{ target: path, operator: starts-with, value: /moved }] }
      - action: set-response-header
        name: X-Text
        value: "yes"
        when: { of: [{ target: "response-headers:content-type", operator: starts-with, value: text/ }] }
    compression: { enabled: true }
    server_header: ""
    error_pages:
      intercept: true
      brand: The Shop
      pages: { "503": { html: "<h1>{{STATUS_CODE}} \${{brand}} {{HOST}}</h1>" } }
  - { domains: ["*.wild.test"], targets: [{ url: "${app}" }], response_headers: { set: { X-Host: wild } } }
  - { domains: ["*.a.wild.test"], targets: [{ url: "${app}" }], response_headers: { set: { X-Host: longer } } }
  - { domains: [b.a.wild.test], targets: [{ url: "${app}" }], response_headers: { set: { X-Host: exact } } }
  - { domains: [old.test], kind: redirect, redirect: { url: "https://app.test/from-old" } }
  - { domains: [dead.test], kind: dead, server_header: mine }
`;
}

interface CurlAnswer {
  readonly status: number;
  readonly fields: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** One request by curl, over TLS. */
async function curl(
  { aegis, caFile }: Scene,
  version: "1.1" | "2",
  host: string,
  path: string,
  ...more: string[]
): Promise<CurlAnswer> {
  const url = `https://${host}:${aegis.httpsPort}${path}`;
  const args = ["-sS", "-i", `--http${version}`, "--path-as-is", "--cacert", caFile, "--max-time", "30"];
  const child = await new Deno.Command("curl", {
    args: [...args, "--resolve", `${host}:${aegis.httpsPort}:127.0.0.1`, ...more, url],
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.equal(child.code, 0, new TextDecoder().decode(child.stderr));
  const all = Buffer.from(child.stdout);
  const end = all.indexOf("\r\n\r\n");
  const [first = "", ...lines] = all.subarray(0, end).toString("latin1").split("\r\n");
  assert.ok(first.startsWith(`HTTP/${version}`), first);
  const fields = new Map(lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  }));
  return { status: Number(first.split(" ")[1]), fields, body: all.subarray(end + 4) };
}

/** The fields that the target got, by lower-case name. */
async function seen(scene: Scene, version: "1.1" | "2", ...more: string[]): Promise<Map<string, string[]>> {
  const { body } = await curl(scene, version, "app.test", "/headers", ...more);
  const raw: string[] = JSON.parse(body.toString());
  const fields = new Map<string, string[]>();
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    fields.set(name, [...fields.get(name) ?? [], raw[i + 1]!]);
  }
  return fields;
}

Deno.test("what hosts do on the way, over HTTP/1.1 and HTTP/2", async (t) => {
  await using cleanUp = new AsyncDisposableStack();
  const app = await startDemoTarget("app", ANSWERS);
  cleanUp.defer(() => app.close());
  const api = await startDemoTarget("api", ANSWERS);
  cleanUp.defer(() => api.close());
  const dead = await startDemoTarget("dead");
  await dead.close();
  const aegis = await startAegis({ config: config(app.url, api.url, dead.port) });
  cleanUp.defer(async () => assert.equal(await aegis.stop(), 0));
  const folder = await Deno.makeTempDir({ prefix: "aegis-ways-" });
  cleanUp.defer(() => Deno.remove(folder, { recursive: true }));
  const caFile = join(folder, "ca.pem");
  await Deno.writeTextFile(caFile, await localCa(aegis));
  const scene = { aegis, api, caFile };
  for (const version of ["1.1", "2"] as const) {
    for (const [name, step] of Object.entries(STEPS)) {
      await t.step(`HTTP/${version}: ${name}`, () => step(scene, version));
    }
  }
});

const STEPS: Readonly<Record<string, (scene: Scene, version: "1.1" | "2") => Promise<void>>> = {
  async "paths go to their targets, rewritten ones too, and doubtful ones nowhere"(scene, version) {
    const nameOf = async (path: string) =>
      JSON.parse((await curl(scene, version, "app.test", path)).body.toString());
    assert.equal((await nameOf("/x")).name, "app");
    assert.deepEqual([(await nameOf("/api/x")).name, (await nameOf("/%61pi")).name], ["api", "api"]);
    // The path that came decides the route; the rewrite only what the target is asked for.
    assert.deepEqual(await nameOf("/v2/x?q=1"), { name: "app", method: "GET", url: "/api/x?q=1", bytes: 0 });
    for (const path of ["/api%2fx", "/api;a/x", "/x%5cy"]) {
      assert.equal((await curl(scene, version, "app.test", path)).status, 400, path);
    }
  },
  async "the targets of a path are checked, and their state is seen"({ aegis, api }) {
    await until("both paths were checked", async () => {
      const { targets_state: states } = await aegis.perform("hosts.get", { id: "app.test" });
      assert.equal(states.length, 3);
      const stateOf = (part: string) => states.find(({ url }) => url.includes(part))?.up;
      return stateOf(String(api.port)) === true && states.some(({ up }) => up === false) ? true : null;
    }, 60_000);
  },
  async "the longest wildcard answers, an exact name before it"(scene, version) {
    for (
      const [host, by] of [["x.wild.test", "wild"], ["x.a.wild.test", "longer"], ["b.a.wild.test", "exact"]]
    ) {
      assert.equal((await curl(scene, version, host!, "/")).fields.get("x-host"), by, host);
    }
  },
  async "redirect and dead hosts answer by themselves"(scene, version) {
    const moved = await curl(scene, version, "old.test", "/a/../b?c");
    assert.deepEqual([moved.status, moved.fields.get("location")], [301, "https://app.test/from-old/b?c"]);
    const dead = await curl(scene, version, "dead.test", "/");
    assert.deepEqual([dead.status, dead.fields.get("server")], [404, "mine"]);
    const led = await curl(scene, version, "app.test", "/moved/x?y");
    assert.deepEqual([led.status, led.fields.get("location")], [308, "https://elsewhere.test/moved/x?y"]);
    assert.equal(led.fields.has("server"), false);
  },
  async "a target hears of the client from Aegis alone"(scene, version) {
    const forged = [
      "X-Forwarded-For",
      "X-Forwarded-Host",
      "X-Forwarded-Proto",
      "X-Forwarded-Port",
      "X-Forwarded-Prefix",
      "X-Forwarded-Server",
      "X-Forwarded-User",
      "X-Forwarded-Client-Cert",
      "X-Real-IP",
      "Forwarded",
      "X-Request-ID",
      "X-Original-URL",
      "X-Rewrite-URL",
      "True-Client-IP",
      "X-Client-IP",
      "CF-Connecting-IP",
      "X-SSL-Client-Verify",
      "Remote-User",
      "Remote-Groups",
      "Remote-Email",
      "Remote-Name",
      "Proxy",
      "X-Aegis-User",
      "X_Forwarded_For",
      "X_Aegis_User",
      "Remote_User",
      "X.Forwarded.For",
      "X_SSL_Cert",
    ];
    const got = await seen(scene, version, ...forged.flatMap((name) => ["-H", `${name}: forged`]));
    for (const [name, values] of got) assert.ok(!values.includes("forged"), name);
    const authority = `app.test:${scene.aegis.httpsPort}`;
    assert.deepEqual(got.get("x-forwarded-for"), ["127.0.0.1"]);
    assert.deepEqual(got.get("x-forwarded-host"), [authority]);
    assert.deepEqual(got.get("x-forwarded-proto"), ["https"]);
    assert.deepEqual(got.get("x-real-ip"), ["127.0.0.1"]);
    assert.deepEqual(got.get("forwarded"), [`for=127.0.0.1;host="${authority}";proto=https`]);
    assert.match(got.get("x-request-id")![0]!, /^[0-9A-Z]{26}$/);
    assert.deepEqual(got.get("x-visitor"), ["127.0.0.1 GET"]);
  },
  async "hop-by-hop fields end here, what Connection names too, other fields pass"(scene, version) {
    const hops = version === "2" ? [] : [
      "Connection: close, X-Named",
      "X-Named: 1",
      "Keep-Alive: timeout=5",
      "TE: trailers, gzip",
      "Trailer: X-T",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABkAAQAAP__",
      "Proxy-Authorization: Basic eA==",
      "Proxy-Connection: keep-alive",
    ];
    const got = await seen(scene, version, ...[...hops, "X-Mine_too: 2"].flatMap((field) => ["-H", field]));
    for (
      const name of [
        "x-named",
        "keep-alive",
        "te",
        "trailer",
        "upgrade",
        "http2-settings",
        "proxy-connection",
      ]
    ) {
      assert.equal(got.has(name), false, name);
    }
    assert.equal(got.has("proxy-authorization"), false);
    assert.deepEqual(got.get("x-mine_too"), ["2"]);
  },
  async "texts are compressed for who asks, edited by type, and never without a server's wish"(
    scene,
    version,
  ) {
    const plain = await curl(scene, version, "app.test", "/text");
    assert.deepEqual([plain.fields.get("content-encoding"), plain.fields.get("vary")], [
      undefined,
      "Accept-Encoding",
    ]);
    assert.deepEqual([plain.body.toString(), plain.fields.get("etag")], [TEXT, '"1"']);
    assert.deepEqual([plain.fields.get("x-text"), plain.fields.has("server")], ["yes", false]);
    assert.match(plain.fields.get("x-answered-by")!, /^127\.0\.0\.1:\d+$/);
    const zipped = await curl(
      scene,
      version,
      "app.test",
      "/text",
      "-H",
      "Accept-Encoding: gzip;q=0.8, br;q=0.1",
    );
    assert.deepEqual([zipped.fields.get("content-encoding"), zipped.fields.get("etag")], ["gzip", 'W/"1"']);
    assert.equal(gunzipSync(zipped.body).toString(), TEXT);
    const head = await curl(scene, version, "app.test", "/text", "-I", "-H", "Accept-Encoding: gzip");
    assert.deepEqual([head.fields.get("content-encoding"), head.fields.has("content-length")], [
      "gzip",
      false,
    ]);
    const events = await curl(scene, version, "app.test", "/events", "-H", "Accept-Encoding: gzip");
    assert.deepEqual([events.fields.get("content-encoding"), events.body.toString()], [
      undefined,
      "data: 1\n\n",
    ]);
  },
  async "people see the host's page, for the application's own failure and for Aegis's"(scene, version) {
    const person = ["-H", "Accept: text/html"];
    const broken = await curl(scene, version, "app.test", "/broken", ...person);
    assert.equal(broken.status, 503);
    assert.match(broken.body.toString(), /<h1>503 The Shop app\.test:\d+<\/h1>/);
    assert.deepEqual([broken.fields.has("etag"), broken.fields.get("retry-after")], [false, "9"]);
    assert.equal((await curl(scene, version, "app.test", "/broken")).body.toString(), "out of order");
    const gone = await curl(scene, version, "app.test", "/gone/x", ...person);
    assert.equal(gone.status, 502);
    assert.match(gone.body.toString(), /The Shop/);
    assert.match(gone.fields.get("content-security-policy")!, /^default-src 'none'/);
  },
};
