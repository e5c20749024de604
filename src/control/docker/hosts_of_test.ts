import assert from "node:assert/strict";
import { PRESETS } from "../../config/presets.ts";
import { Container } from "./container.ts";
import { hostsOf } from "./hosts_of.ts";

interface Given {
  readonly labels: Readonly<Record<string, string>>;
  readonly ports?: readonly number[];
  readonly image?: string;
  readonly networks?: Readonly<Record<string, string>>;
}

function container(name: string, given: Given): Container {
  const networks = given.networks ?? { bridge: "172.17.0.2" };
  return Container.parse({
    Id: `id-of-${name}`,
    Names: [`/${name}`],
    ImageID: given.image ?? name,
    Labels: given.labels,
    Ports: (given.ports ?? [80]).map((port) => ({ PrivatePort: port, Type: "tcp" })),
    NetworkSettings: {
      Networks: Object.fromEntries(Object.entries(networks).map(([key, IPAddress]) => [key, { IPAddress }])),
    },
  });
}

function read(...containers: Container[]) {
  const { hosts, problems } = hostsOf(containers, PRESETS.standard.host, 7);
  return {
    hosts: hosts.map(({ domains, targets, paths, waf }) => ({
      domains,
      to: targets.map(({ url }) => url),
      mode: waf.mode,
      below: Object.fromEntries(paths.map((path) => [path.prefix, path.targets.map(({ url }) => url)])),
    })),
    problems: problems.map(({ where, message, remedy }) => `${where}: ${message} (${remedy})`),
  };
}

const ROUTER = "traefik.http.routers.app.rule";

Deno.test("aegis.host, aegis.port and aegis.waf make a host; the only exposed port needs no label", () => {
  const app = container("app", {
    labels: { "aegis.host": "App.test, www.app.test", "aegis.port": "8080", "aegis.waf": "enforce" },
  });
  const wiki = container("wiki", { labels: { "aegis.host": "wiki.test" }, ports: [3000] });
  assert.deepEqual(read(wiki, app), {
    hosts: [
      { domains: ["app.test", "www.app.test"], to: ["http://172.17.0.2:8080"], mode: "enforce", below: {} },
      { domains: ["wiki.test"], to: ["http://172.17.0.2:3000"], mode: "detect", below: {} },
    ],
    problems: [],
  });
});

Deno.test("Traefik's rules are read: hosts, paths below them, the service's port; a container may opt out", () => {
  const web = container("web", { labels: { [ROUTER]: "Host(`a.test`) || Host(`b.test`)" } });
  const api = container("api", {
    labels: {
      [ROUTER]: "Host(`a.test`) && PathPrefix(`/api`)",
      "traefik.http.services.x.loadbalancer.server.port": "9000",
    },
    networks: { back: "10.0.0.3", front: "10.0.1.3" },
  });
  const hidden = container("hidden", { labels: { [ROUTER]: "Host(`c.test`)", "traefik.enable": "false" } });
  assert.deepEqual(read(web, api, hidden), {
    hosts: [
      {
        domains: ["a.test"],
        to: ["http://172.17.0.2"],
        mode: "detect",
        below: { "/api": ["http://10.0.0.3:9000"] },
      },
      { domains: ["b.test"], to: ["http://172.17.0.2"], mode: "detect", below: {} },
    ],
    problems: [],
  });
});

Deno.test("copies of one service share a host, a stranger does not get a domain that another has", () => {
  const labels = { "aegis.host": "a.test" };
  const one = container("web-1", { labels, image: "web" });
  const two = container("web-2", { labels, image: "web", networks: { bridge: "172.17.0.3" } });
  const other = container("zz", { labels, networks: { bridge: "172.17.0.4" } });
  assert.deepEqual(read(other, two, one), {
    hosts: [{
      domains: ["a.test"],
      to: ["http://172.17.0.2", "http://172.17.0.3"],
      mode: "detect",
      below: {},
    }],
    problems: [
      'container zz, label aegis.host: "a.test" belongs to the container web-1 already ' +
      "(name another domain, or stop one of the two)",
    ],
  });
});

const BROKEN: readonly (readonly [string, Given, RegExp])[] = [
  [
    "a port that is none",
    { labels: { "aegis.host": "x.test", "aegis.port": "http" } },
    /aegis\.port: "http" is no port/,
  ],
  [
    "several exposed ports",
    { labels: { "aegis.host": "x.test" }, ports: [443, 80] },
    /several ports \(80, 443\)/,
  ],
  [
    "no exposed port",
    { labels: { "aegis.host": "x.test" }, ports: [] },
    /exposes no port \(add aegis\.port=8080\)/,
  ],
  [
    "a mode that is none",
    { labels: { "aegis.host": "x.test", "aegis.waf": "on" } },
    /aegis\.waf: "on" is no mode/,
  ],
  [
    "a domain that is none",
    { labels: { "aegis.host": "http://x.test" } },
    /container bad, label aegis\.host/,
  ],
  ["an empty list", { labels: { "aegis.host": " ," } }, /names no domain/],
  [
    "a rule that is not understood",
    { labels: { [ROUTER]: "HostRegexp(`.+`)" } },
    /"HostRegexp" is not read here/,
  ],
  [
    "a path without its host",
    { labels: { [ROUTER]: "Host(`x.test`) && PathPrefix(`/a`)" } },
    /serves the rest/,
  ],
  ["no address", { labels: { "aegis.host": "x.test" }, networks: {} }, /has no address/],
];

for (const [what, given, why] of BROKEN) {
  Deno.test(`a container with ${what} is told of, and others are served`, () => {
    const good = container("good", { labels: { "aegis.host": "good.test" } });
    const { hosts, problems } = read(container("bad", given), good);
    assert.deepEqual(hosts.map(({ domains }) => domains), [["good.test"]]);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, why);
    assert.match(problems[0]!, /^container bad, label /);
  });
}
