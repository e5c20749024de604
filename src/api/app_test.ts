import { Validator } from "@seriousme/openapi-schema-validator";
import assert from "node:assert/strict";
import { type MadeControl, makeControl } from "../../tests/support/make_control.ts";
import { testRecord } from "../../tests/support/test_record.ts";
import { CONTRACT, type OperationName } from "../control/operation.ts";
import { createApi } from "./app.ts";
import { openApiDocument } from "./openapi.ts";
import { ROUTES } from "./routes.ts";

const ORIGIN = "https://localhost:9443";
const PASSWORD = "wandering lilac turbine";

interface Client {
  readonly made: MadeControl;
  cookie: string;
  csrf: string;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  signIn(name: string): Promise<void>;
}

async function withApi(run: (client: Client) => Promise<void>): Promise<void> {
  const made = await makeControl();
  const api = createApi({
    perform: (actor, name, input) => made.do(name, input, actor),
    live: made.control.live,
    logger: made.control.logger,
    secure: true,
    hostNames: ["localhost"],
    isReady: () => made.control.publisher.version > 0,
    version: "1.2.3",
  });
  const client: Client = {
    made,
    cookie: "",
    csrf: "",
    send: async (method, path, body, headers = {}) => {
      const request = new Request(path.startsWith("https:") ? path : ORIGIN + path, {
        method,
        headers: {
          ...(client.cookie === "" ? {} : { cookie: client.cookie }),
          ...(client.csrf === "" || method === "GET" ? {} : { "x-csrf-token": client.csrf }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
      });
      return await api.fetch(request, { peerAddress: "198.51.100.7" });
    },
    signIn: async (name) => {
      client.cookie = client.csrf = "";
      const answer = await client.send("POST", "/api/v1/auth/login", { name, password: PASSWORD });
      assert.equal(answer.status, 200);
      client.cookie = answer.headers.get("set-cookie")!.split(";")[0]!;
      client.csrf = (await answer.json()).csrf;
    },
  };
  try {
    await run(client);
  } finally {
    await made.close();
  }
}

async function asOwner(run: (client: Client) => Promise<void>): Promise<void> {
  await withApi(async (client) => {
    await client.made.do("setup.user", { name: "owner", password: PASSWORD });
    await client.signIn("owner");
    await run(client);
  });
}

async function problem(answer: Response, status: number, code: string) {
  const body = await answer.json();
  assert.equal(answer.status, status, JSON.stringify(body));
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(body.code, code);
  assert.equal(body.status, status);
  assert.equal(body.request_id, answer.headers.get("x-request-id"));
  return body;
}

const SHOP = { domains: ["shop.example"], targets: [{ url: "http://127.0.0.1:3000" }] };

Deno.test("the document is valid OpenAPI 3.1 and holds every route once", async () => {
  const document = openApiDocument("1.2.3");
  const result = await new Validator().validate(structuredClone(document));
  assert.deepEqual(result.errors ?? [], []);
  assert.equal(result.valid, true);
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((each) => each.operationId)
  );
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(ids.length, ROUTES.length + 1);
});

Deno.test("every operation that is not for the terminal alone has a route", () => {
  const routed = new Set(ROUTES.map((route) => route.operation));
  const missing = (Object.keys(CONTRACT) as OperationName[])
    .filter((name) => CONTRACT[name].role !== "local" && !routed.has(name));
  assert.deepEqual(missing, []);
  assert.deepEqual([...routed].filter((name) => CONTRACT[name].role === "local"), []);
});

Deno.test("setup with the token, sign-in with a Secure __Host- cookie, and the session's own page", async () => {
  await withApi(async (client) => {
    assert.deepEqual(await (await client.send("GET", "/api/v1/setup/status")).json(), { needed: true });
    const { token } = await client.made.do("setup.link", {});
    const person = { name: "mira", password: PASSWORD };
    await problem(
      await client.send("POST", "/api/v1/setup/init", { ...person, token: "guess" }),
      403,
      "forbidden",
    );
    const done = await client.send("POST", "/api/v1/setup/init", {
      ...person,
      token,
      host: SHOP,
      paranoia: 2,
    });
    assert.equal(done.status, 201);
    assert.equal((await done.json()).user.role, "owner");
    await problem(await client.send("POST", "/api/v1/setup/init", { ...person, token }), 409, "conflict");

    const login = await client.send("POST", "/api/v1/auth/login", person);
    const cookie = login.headers.get("set-cookie")!;
    assert.match(cookie, /^__Host-aegis_session=[\w-]{43}; Path=\/; .*HttpOnly; Secure; SameSite=Strict$/);
    const body = await login.json();
    assert.equal("token" in body, false);
    client.cookie = cookie.split(";")[0]!;
    const me = await (await client.send("GET", "/api/v1/users/me")).json();
    assert.deepEqual([me.user.name, me.csrf], ["mira", body.csrf]);
    client.csrf = body.csrf;
    const out = await client.send("POST", "/api/v1/auth/logout");
    assert.equal(out.status, 204);
    assert.match(out.headers.get("set-cookie")!, /Max-Age=0/);
    await problem(await client.send("GET", "/api/v1/users/me"), 401, "not_signed_in");
  });
});

Deno.test("every route that needs a session refuses nobody, and every change a foreign origin or a missing token", async () => {
  await asOwner(async (client) => {
    const { cookie, csrf } = client;
    for (const route of ROUTES) {
      const path = `/api/v1${route.path.replace("{id}", "x")}`;
      const body = route.body === undefined ? undefined : {};
      const isOpen = CONTRACT[route.operation].role === "anyone" && route.session !== "ends" &&
        route.session !== "reads";
      const name = `${route.method} ${path}`;
      if (!isOpen) {
        client.cookie = client.csrf = "";
        assert.equal((await client.send(route.method, path, body)).status, 401, name);
      }
      Object.assign(client, { cookie, csrf });
      if (route.method === "GET") continue;
      const foreign = { origin: "https://evil.example" };
      assert.equal(
        (await client.send(route.method, path, body, foreign)).status,
        403,
        `${name} from elsewhere`,
      );
      const site = { "sec-fetch-site": "cross-site" };
      assert.equal((await client.send(route.method, path, body, site)).status, 403, `${name} cross-site`);
      if (isOpen) continue;
      for (const wrong of ["", "x".repeat(43)]) {
        assert.equal(
          (await client.send(route.method, path, body, { "x-csrf-token": wrong })).status,
          403,
          `${name} csrf`,
        );
      }
    }
  });
});

Deno.test("a viewer reads and changes nothing", async () => {
  await asOwner(async (client) => {
    await client.send("POST", "/api/v1/users", { name: "vera", password: PASSWORD, role: "viewer" });
    await client.signIn("vera");
    assert.equal((await client.send("GET", "/api/v1/hosts")).status, 200);
    await problem(await client.send("POST", "/api/v1/hosts", SHOP), 403, "forbidden");
    await problem(await client.send("GET", "/api/v1/audit"), 403, "forbidden");
  });
});

Deno.test("a host by REST: made, read with its ETag, changed with If-Match, refused when stale, deleted", async () => {
  await asOwner(async (client) => {
    const made = await client.send("POST", "/api/v1/hosts", SHOP);
    assert.equal(made.status, 201);
    assert.equal(made.headers.get("etag"), '"1"');
    const { id } = await made.json();
    const changed = await client.send("PATCH", `/api/v1/hosts/${id}`, { notes: "a" }, { "if-match": '"1"' });
    assert.equal(changed.headers.get("etag"), '"2"');
    for (const stale of ['"1"', 'W/"2"', "nonsense"]) {
      const answer = await client.send("PATCH", `/api/v1/hosts/${id}`, { notes: "b" }, { "if-match": stale });
      await problem(answer, 412, "precondition_failed");
    }
    assert.equal(
      (await client.send("DELETE", `/api/v1/hosts/${id}`, undefined, { "if-match": '"2"' })).status,
      204,
    );
    await problem(await client.send("GET", `/api/v1/hosts/${id}`), 404, "not_found");
  });
});

Deno.test("bad input is a problem with the field, what is wrong and what to write", async () => {
  await asOwner(async (client) => {
    const wrong = await client.send("POST", "/api/v1/hosts", { domains: ["http://x"], targets: [], naem: 1 });
    const body = await problem(wrong, 422, "invalid_input");
    assert.deepEqual(body.fields.map((each: { field: string }) => each.field).sort(), [
      "domains.0",
      "naem",
      "targets",
    ]);
    await problem(await client.send("POST", "/api/v1/hosts", "{", {}), 422, "invalid_input");
    await problem(
      await client.send("POST", "/api/v1/hosts", "{}", { "content-type": "text/plain" }),
      415,
      "invalid_input",
    );
    await problem(
      await client.send("POST", "/api/v1/hosts", JSON.stringify("x".repeat(2_000_000))),
      413,
      "invalid_input",
    );
    const login = { name: "x".repeat(20_000), password: "y" };
    await problem(await client.send("POST", "/api/v1/auth/login", login), 413, "invalid_input");
    await problem(await client.send("GET", "/api/v1/traffic?hots=x"), 422, "invalid_input");
    await problem(await client.send("GET", "/api/v1/traffic?limit=1&limit=2"), 422, "invalid_input");
    await problem(await client.send("GET", "/api/v1/traffic?limit=9999"), 422, "invalid_input");
    assert.equal(
      (await client.send("GET", "/api/v1/traffic?limit=10&exclude.action=blocked&status=403")).status,
      200,
    );
  });
});

Deno.test("foreign names are refused before anything else, addresses are not", async () => {
  await withApi(async (client) => {
    await problem(await client.send("GET", "https://evil.example/api/v1/setup/status"), 421, "invalid_input");
    assert.equal((await client.send("GET", "https://evil.example/healthz")).status, 421);
    assert.equal((await client.send("GET", "https://192.168.1.5:9443/api/v1/setup/status")).status, 200);
  });
});

Deno.test("unknown addresses and methods are problems too", async () => {
  await asOwner(async (client) => {
    await problem(await client.send("GET", "/api/v1/nothing"), 404, "not_found");
    const answer = await client.send("PUT", "/api/v1/hosts", {});
    assert.equal(answer.headers.get("allow"), "GET, POST");
    await problem(answer, 405, "invalid_input");
  });
});

Deno.test("every answer carries the headers that keep it out of caches, frames and sniffers", async () => {
  await asOwner(async (client) => {
    for (
      const path of ["/healthz", "/api/v1/hosts", "/api/v1/nothing", "/api/v1/docs", "/api/v1/openapi.json"]
    ) {
      const { headers } = await client.send("GET", path);
      assert.equal(headers.get("cache-control"), "no-store", path);
      assert.equal(headers.get("x-content-type-options"), "nosniff", path);
      assert.equal(headers.get("x-frame-options"), "DENY", path);
      assert.match(headers.get("content-security-policy")!, /default-src 'none'/, path);
    }
  });
});

Deno.test("the trust bundle is a ZIP that needs no sign-in", async () => {
  await withApi(async (client) => {
    const answer = await client.send("GET", "/api/v1/settings/admin-trust-bundle");
    assert.equal(answer.headers.get("content-type"), "application/zip");
    assert.deepEqual([...new Uint8Array(await answer.arrayBuffer()).subarray(0, 4)], [0x50, 0x4b, 3, 4]);
  });
});

Deno.test("readiness follows the first snapshot, health does not", async () => {
  await withApi(async (client) => {
    assert.equal((await client.send("GET", "/healthz")).status, 200);
    assert.equal((await client.send("GET", "/readyz")).status, 503);
    await client.made.do("hosts.create", { host: SHOP });
    assert.equal((await client.send("GET", "/readyz")).status, 200);
  });
});

Deno.test("live rows arrive as server-sent events, masked for viewers", async () => {
  await asOwner(async (client) => {
    await client.send("POST", "/api/v1/users", { name: "vera", password: PASSWORD, role: "viewer" });
    await client.signIn("vera");
    const answer = await client.send("GET", "/api/v1/events");
    assert.equal(answer.headers.get("content-type"), "text/event-stream");
    client.made.control.live.push([testRecord()], 3);
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("event: rows") || !text.includes("event: stats")) {
      text += (await reader.read()).value;
    }
    assert.match(text, /"client":"203\.0\.x\.x"/);
    assert.match(text, /"more":3/);
    await reader.cancel();
    assert.equal(client.made.control.live.watchers, 0);
  });
});

Deno.test("a body that a route does not want is read and bounded: an answer before its end would reset the stream", async () => {
  await asOwner(async (client) => {
    assert.equal((await client.send("POST", "/api/v1/reload", {})).status, 200);
    assert.equal((await client.send("POST", "/api/v1/reload", "x".repeat(16_385))).status, 413);
  });
});
