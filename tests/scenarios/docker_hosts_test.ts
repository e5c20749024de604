import assert from "node:assert/strict";
import { join } from "node:path";
import { startAegis } from "../support/aegis_process.ts";
import { DockerEngine, type StubContainer } from "../support/docker_engine.ts";
import { get } from "../support/get.ts";
import { startOkTarget } from "../support/many_hosts.ts";
import { until } from "../support/until.ts";

/** Hosts from labels of containers. No engine runs here: tests/support/docker_engine.ts says what stands in for it. */

Deno.test("containers come and go as hosts, by a socket that is only asked", async (t) => {
  const dataDir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const engine = new DockerEngine(join(dataDir, "docker.sock"));
  const target = await startOkTarget();
  const port = new URL(target.url).port;
  const web: StubContainer = { name: "web", labels: { "aegis.host": "web.test", "aegis.port": port } };
  const blog: StubContainer = {
    name: "blog",
    labels: {
      "traefik.http.routers.blog.rule": "Host(`blog.test`) || Host(`www.blog.test`)",
      "traefik.http.services.blog.loadbalancer.server.port": port,
      "aegis.waf": "enforce",
    },
  };
  const broken: StubContainer = {
    name: "wiki",
    labels: { "aegis.host": "wiki.test", "aegis.port": "eighty" },
  };
  await engine.start();
  engine.run([web]);
  const aegis = await startAegis({
    dataDir,
    config: `docker: { socket: ${engine.path} }
hosts:
  - { domains: [file.test], targets: [{ url: "${target.url}" }] }
`,
  });
  const serves = async (name: string) => await get(aegis.httpPort, name) === 200;
  const source = async () =>
    (await aegis.perform("system.status", {})).sources.find(({ kind }) => kind === "docker")!;
  try {
    await t.step("what runs at the start is served from the start", async () => {
      assert.equal(await serves("web.test"), true);
      assert.equal((await source()).text, "1 host by labels of containers");
    });

    await t.step("a container that starts is served, by Traefik's labels too", async () => {
      const startedAt = performance.now();
      engine.run([web, blog]);
      await until("it is served", () => serves("www.blog.test"));
      console.log(`in force after ${(performance.now() - startedAt).toFixed(0)} ms`);
      const host = await aegis.perform("hosts.get", { id: "blog.test" });
      assert.deepEqual([host.origin, host.waf.mode], ["docker", "enforce"]);
    });

    await t.step("its host cannot be edited, and its domain cannot be taken", async () => {
      const { id } = await aegis.perform("hosts.get", { id: "blog.test" });
      await assert.rejects(
        aegis.perform("hosts.update", { id, host: { notes: "x" } }),
        /labels of a container: change them there/,
      );
      await assert.rejects(
        aegis.perform("hosts.create", { host: { domains: ["web.test"], targets: [{ url: target.url }] } }),
        /belongs to the host web.test of a container already/,
      );
    });

    await t.step(
      "a label that cannot be obeyed, or asks for another's domain, is told of; the others stay",
      async () => {
        const thief: StubContainer = {
          name: "zz",
          labels: { "aegis.host": "file.test", "aegis.port": port },
        };
        engine.run([web, blog, broken, thief]);
        const { problems } = await until("it is told of", async () => {
          const now = await source();
          return now.problems.length === 2 ? now : null;
        });
        assert.match(problems[0]!.where, /^container wiki, label aegis\.port$/);
        assert.match(problems[0]!.message, /"eighty" is no port/);
        assert.match(problems[1]!.message, /belongs to the host file\.test already/);
        assert.equal(await serves("blog.test"), true);
        assert.equal((await aegis.perform("hosts.get", { id: "file.test" })).origin, "file");
      },
    );

    await t.step("a container that ends is served no longer", async () => {
      engine.run([web]);
      await until("it has left", async () => !await serves("blog.test"));
      assert.equal(await serves("web.test"), true);
    });

    await t.step(
      "while the engine is away the hosts known last stay, and its way back is found",
      async () => {
        await engine.stop();
        const gone = await until("it is noticed", async () => {
          const now = await source();
          return now.state === "failed" ? now : null;
        });
        assert.match(gone.text, /1 host as last known stays in force/);
        assert.equal(await serves("web.test"), true);
        engine.run([blog]);
        await engine.start();
        await until(
          "the new list is in force",
          async () => await serves("blog.test") && !await serves("web.test"),
        );
        assert.equal((await source()).state, "ok");
      },
    );

    assert.deepEqual(new Set(engine.requests), new Set(["GET /events", "GET /containers/json"]));
  } finally {
    const code = await aegis.stop();
    await engine.stop();
    await target.close();
    assert.equal(code, 0);
  }
});
