import assert from "node:assert/strict";
import http from "node:http";
import { join } from "node:path";
import { ask } from "../support/http_client.ts";
import { startInProcess } from "../support/in_process.ts";
import { until } from "../support/until.ts";

/** A real server on a socket; answers with what it was asked. */
async function serveOn(path: string): Promise<http.Server> {
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Uint8Array) => body += new TextDecoder().decode(chunk));
    request.on("end", () => response.end(`${request.method} ${request.url} ${request.headers.host} ${body}`));
  });
  await new Promise<void>((done) => server.listen(path, done));
  return server;
}

function stop(server: http.Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

Deno.test("a target on a unix socket is served, checked and tested; a link or another place is refused", async () => {
  const root = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const sockets = join(root, "sockets");
  const elsewhere = join(root, "elsewhere");
  await Deno.mkdir(sockets);
  await Deno.mkdir(elsewhere);
  const inside = await serveOn(join(sockets, "app.sock"));
  const outside = await serveOn(join(elsewhere, "secret.sock"));
  await Deno.symlink(join(elsewhere, "secret.sock"), join(sockets, "link.sock"));
  const url = `unix:${join(sockets, "app.sock")}`;
  const aegis = await startInProcess(`upstream_socket_dir: ${sockets}
hosts:
  - { domains: [file.test], targets: [{ url: "${url}" }], preserve_host: false }
`);
  try {
    const port = aegis.httpPort;
    const answer = await ask({ port, host: "file.test", path: "/a?b=c", method: "POST", body: "hello" });
    assert.equal(answer.text, "POST /a?b=c localhost hello");

    await aegis.perform("hosts.create", { host: { domains: ["stored.test"], targets: [{ url }] } });
    assert.equal((await ask({ port, host: "stored.test", path: "/" })).text, "GET / stored.test ");
    const tried = await aegis.perform("hosts.test", { id: "stored.test" });
    assert.match(tried.text, /app\.sock answered 200/);
    await until("the check has seen it", async () => {
      const host = await aegis.perform("hosts.get", { id: "stored.test" });
      return host.targets_state[0]?.up === true ? host : null;
    });

    const linked = `unix:${join(sockets, "link.sock")}`;
    await aegis.perform("hosts.create", { host: { domains: ["linked.test"], targets: [{ url: linked }] } });
    assert.equal((await ask({ port, host: "linked.test", path: "/" })).status, 502);
    assert.match((await aegis.perform("hosts.test", { id: "linked.test" })).text, /links are not followed/);

    const out = { domains: ["out.test"], targets: [{ url: `unix:${join(elsewhere, "secret.sock")}` }] };
    await assert.rejects(aegis.perform("hosts.create", { host: out }), /not below upstream_socket_dir/);
    await assert.rejects(aegis.perform("hosts.test", { url: out.targets[0]!.url }), /not below/);
    const climbing = `unix:${sockets}/../elsewhere/secret.sock`;
    await assert.rejects(
      aegis.perform("hosts.create", { host: { ...out, targets: [{ url: climbing }] } }),
      /\.\./,
    );
  } finally {
    await aegis.stop();
    await stop(inside);
    await stop(outside);
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("without upstream_socket_dir a socket is refused with that advice", async () => {
  const aegis = await startInProcess("");
  try {
    const host = { domains: ["a.test"], targets: [{ url: "unix:/run/app/web.sock" }] };
    await assert.rejects(aegis.perform("hosts.create", { host }), /upstream_socket_dir is not set/);
  } finally {
    await aegis.stop();
  }
});
