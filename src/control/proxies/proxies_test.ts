import assert from "node:assert/strict";
import { person } from "../../../tests/support/make_control.ts";
import { makeControl } from "../../../tests/support/make_control.ts";
import { AegisError } from "../../core/errors.ts";
import { CDN_NAMES, type DiscoveryKind } from "../../core/trusted_proxy.ts";
import { parseAddress } from "../../lib/ip.ts";
import { CDNS, parseNetworks } from "../../shield/real_client/cdn_networks.ts";
import { foundIn } from "./found_addresses.ts";
import { cdnsDue } from "./proxy_watch.ts";

function refusal(code: AegisError["code"], message: RegExp) {
  return (thrown: unknown) => {
    assert.ok(thrown instanceof AegisError, String(thrown));
    assert.equal(thrown.code, code);
    assert.match(thrown.message, message);
    return true;
  };
}

Deno.test("a proxy is trusted and forgotten by the API, and gateways get the list whole", async () => {
  const made = await makeControl();
  try {
    const view = await made.do("proxies.add", { network: "10.0.0.7/24", header: "x-real-ip" });
    assert.deepEqual(view.trusted, [
      { network: "10.0.0.0/24", header: "x-real-ip", origin: "settings", place: "" },
    ]);
    assert.deepEqual(made.sent.at(-1)!.proxies, [{ network: "10.0.0.0/24", header: "x-real-ip" }]);
    assert.ok(made.control.isTrustedProxy(parseAddress("10.0.0.9")!));
    await made.do("proxies.add", { network: "10.0.0.0/24" });
    assert.deepEqual(made.sent.at(-1)!.proxies, [{ network: "10.0.0.0/24", header: "x-forwarded-for" }]);
    await made.do("proxies.remove", { network: "10.0.0.77/24" });
    assert.deepEqual(made.sent.at(-1)!.proxies, []);
    assert.ok(!made.control.isTrustedProxy(parseAddress("10.0.0.9")!));
    await assert.rejects(
      made.do("proxies.remove", { network: "10.0.0.0/24" }),
      refusal("not_found", /not trusted/),
    );
    await assert.rejects(
      made.do("proxies.add", { network: "10.0.0.1" }, person("operator")),
      refusal("forbidden", /role admin/),
    );
  } finally {
    await made.close();
  }
});

Deno.test("[SECURITY] nobody makes everybody a trusted proxy", async () => {
  const made = await makeControl();
  try {
    for (const network of ["0.0.0.0/0", "::/0", "::ffff:0:0/96", "nonsense"]) {
      await assert.rejects(made.do("proxies.add", { network }), { code: "invalid_input" }, network);
    }
  } finally {
    await made.close();
  }
});

Deno.test("what the file or the environment trusts is changed there", async () => {
  const made = await makeControl({
    config: {
      declared: { proxies: { trusted: [{ network: "10.1.0.0/16", header: "forwarded" }] } },
      trusted_proxies: [{ network: "10.2.0.1", header: "x-forwarded-for" }],
    },
  });
  try {
    const { trusted } = await made.do("proxies.list", {});
    assert.deepEqual(trusted.map(({ network, origin }) => [network, origin]), [
      ["10.2.0.1", "environment"],
      ["10.1.0.0/16", "file"],
    ]);
    await assert.rejects(
      made.do("proxies.add", { network: "10.3.0.1" }),
      refusal("read_only", /configuration file/),
    );
    await assert.rejects(
      made.do("proxies.remove", { network: "10.2.0.1" }),
      refusal("conflict", /trusted by environment/),
    );
  } finally {
    await made.close();
  }
});

Deno.test("what other programs let in is proposed with its place, and taken only where that is switched on", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/csf.allow`;
  await Deno.writeTextFile(path, "# mine\n192.0.2.7 # load balancer\n10.0.0.0/8\n2001:db8::/32\n2001::/16\n");
  const made = await makeControl({ config: { proxy_discovery: [{ kind: "csf", path }] } });
  try {
    let view = await made.do("proxies.reload", {});
    assert.deepEqual(view.trusted, []);
    assert.deepEqual(view.proposed.map(({ network, place }) => [network, place]), [
      ["192.0.2.7", `${path}:2`],
      ["10.0.0.0/8", `${path}:3`],
      ["2001:db8::/32", `${path}:4`],
      ["2001::/16", `${path}:5`],
    ]);
    await made.do("settings.update", { patch: { proxies: { auto_trust: true } } });
    view = await made.do("proxies.list", {});
    assert.deepEqual(view.trusted.map(({ network }) => network), ["192.0.2.7", "2001:db8::/32"]);
    assert.deepEqual(view.proposed.map(({ network }) => network), ["10.0.0.0/8", "2001::/16"]);
    assert.deepEqual(made.sent.at(-1)!.proxies.map(({ network }) => network), ["192.0.2.7", "2001:db8::/32"]);

    await Deno.writeTextFile(path, "198.51.100.1\n");
    const before = made.sent.length;
    await made.do("proxies.reload", {});
    assert.deepEqual(made.sent.at(-1)!.proxies.map(({ network }) => network), ["198.51.100.1"]);
    await made.do("proxies.reload", {});
    assert.equal(made.sent.length, before + 1, "nothing is published where nothing changed");

    await Deno.remove(path);
    await Deno.mkdir(path);
    view = await made.do("proxies.reload", {});
    assert.deepEqual(view.trusted.map(({ network }) => network), ["198.51.100.1"], "the last good state");
    assert.match(view.sources[0]!.problem!, /directory/i);
  } finally {
    await made.close();
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("other programs' lists are read as they write them", () => {
  const networks = (kind: DiscoveryKind, text: string) => foundIn(kind, text).map(({ network }) => network);
  assert.deepEqual(
    networks(
      "csf",
      "Include /etc/csf/more\ntcp|in|d=80,443|s=192.0.2.1\ntcp|in|d=22|s=192.0.2.2\ntcp|out|d=443|d=192.0.2.3\n0.0.0.0/0\nudp|in|d=443|s=192.0.2.4\ntcp:in:d=443:s=192.0.2.5\n",
    ),
    ["192.0.2.1", "192.0.2.5"],
  );
  assert.deepEqual(networks("cphulk", "192.0.2.1\n198.51.100.0/24 office\n127.0.0.1\n"), [
    "192.0.2.1",
    "198.51.100.0/24",
  ]);
  assert.deepEqual(
    networks(
      "iptables",
      [
        "*filter",
        ":INPUT DROP [0:0]",
        "-A INPUT -i lo -j ACCEPT",
        "-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 443 -j ACCEPT",
        "-A INPUT -s 192.0.2.9/32 -p tcp -m tcp --dport 22 -j ACCEPT",
        "-A INPUT ! -s 192.0.2.10/32 -j ACCEPT",
        "-A INPUT -s 198.51.100.1,198.51.100.2 -j ACCEPT",
        "-A INPUT -s 203.0.113.1 -j DROP",
        "-A FORWARD -s 203.0.113.2 -j ACCEPT",
        "-A INPUT -s 203.0.113.3/32 -p udp -m udp --dport 443 -j ACCEPT",
        "-A INPUT -s 203.0.113.4/32 -p tcp -m tcp ! --dport 443 -j ACCEPT",
        "-A INPUT -s 203.0.113.5/32 -p tcp -m multiport --dports 22,8000:9000 -j ACCEPT",
        "-A INPUT -s 203.0.113.6/32 -p tcp -m tcp --dport 1:1024 -j ACCEPT",
        '-A INPUT -s 203.0.113.7/32 -p tcp -m comment --comment "balancer # 1" -j ACCEPT',
        "-A INPUT -p tcp -m iprange --src-range 203.0.113.15-203.0.113.18 -m tcp --dport 443 -j ACCEPT",
      ].join("\n"),
    ),
    [
      "192.0.2.0/24",
      "198.51.100.1",
      "198.51.100.2",
      "203.0.113.6",
      "203.0.113.7",
      "203.0.113.15",
      "203.0.113.16/31",
      "203.0.113.18",
    ],
  );
  assert.deepEqual(
    networks(
      "nftables",
      [
        "define balancers = { 203.0.113.20, 203.0.113.21 }",
        "table inet filter {",
        "  set office {",
        "    type ipv4_addr",
        "    elements = { 203.0.113.30, # of the house {",
        '                 203.0.113.32/30 timeout 1d comment "a, b" }',
        "  }",
        "  set ports { type inet_service; elements = { 80, 443 } }",
        "  chain input {",
        "    type filter hook input priority 0; policy drop;",
        "    ip saddr { 192.0.2.1, 198.51.100.0/24 } tcp dport { 80, 443 } accept",
        "    ip saddr 192.0.2.2 tcp dport 22 accept",
        "    ip6 saddr 2001:db8::1 accept",
        "    ip saddr @office tcp dport @ports counter packets 0 bytes 0 accept",
        "    ip saddr $balancers tcp dport 1-1024 accept",
        "    ip saddr { 203.0.113.40,",
        "      203.0.113.41 } accept; ip saddr @nobody accept",
        "    ip saddr 203.0.113.50 udp dport 443 accept",
        "    ip saddr 203.0.113.51 icmp type echo-request accept",
        "    ip saddr 203.0.113.52 tcp dport != 443 accept",
        '    ip saddr != 203.0.113.53 accept comment "ip saddr 203.0.113.54"',
        "    ip saddr 203.0.113.60-203.0.113.63 accept",
        "  }",
        "  chain forward {",
        "    type filter hook forward priority 0;",
        "    ip saddr 203.0.113.1 accept",
        "  }",
        "}",
      ].join("\n"),
    ),
    [
      "192.0.2.1",
      "198.51.100.0/24",
      "2001:db8::1",
      "203.0.113.30",
      "203.0.113.32/30",
      "203.0.113.20",
      "203.0.113.21",
      "203.0.113.40",
      "203.0.113.41",
      "203.0.113.60/30",
    ],
  );
});

Deno.test("every published list that comes with the program is read", () => {
  for (const name of CDN_NAMES) {
    assert.ok(parseNetworks(CDNS[name].file).length > 10, name);
    assert.match(CDNS[name].file, /^# source: https:\/\/.*\n# (?:source|date): /m);
  }
});

Deno.test("a provider's networks are fetched; a list that is damaged leaves the one before in force", async () => {
  let answer = (_url: string): string => "198.51.100.0/24\n2001:db8::/32\n192.0.2.0/24\n";
  const made = await makeControl({
    parts: { fetchText: (url) => Promise.resolve().then(() => answer(url)) },
  });
  try {
    await made.do("settings.update", { patch: { proxies: { cdn: ["cloudflare"] } } });
    assert.equal(made.sent.at(-1)!.proxies.length, parseNetworks(CDNS.cloudflare.file).length);
    assert.ok(made.sent.at(-1)!.proxies.every(({ header }) => header === "cf-connecting-ip"));
    await assert.rejects(
      made.do("proxies.refresh_cdn", { name: "cloudflare" }),
      refusal("unavailable", /stays as it was: it names 6 networks where there were 22/),
    );
    assert.deepEqual(cdnsDue(made.control), ["cloudflare"]);
    answer = (url) =>
      Array.from({ length: 15 }, (_, i) => url.endsWith("v4") ? `198.51.${i}.0/24` : `2001:db8:${i}::/48`)
        .join("\n");
    const view = await made.do("proxies.refresh_cdn", { name: "cloudflare" });
    assert.equal(view.trusted.length, 30);
    assert.equal(view.cdn[0]!.fetched_at, made.clock.now());
    assert.deepEqual(cdnsDue(made.control), [], "and not again for a day");
    const bad: readonly [() => string, RegExp][] = [
      [() => "<html>", /ips-v4: line 1: "<html>" is no network/],
      [() => "0.0.0.0/1\n", /too wide/],
      [() => "\n# nothing\n", /the list is empty/],
      [() => "{", /ips-v4/],
      [() => {
        throw new Error("no route");
      }, /no route/],
    ];
    for (const [each, message] of bad) {
      answer = each;
      await assert.rejects(
        made.do("proxies.refresh_cdn", { name: "cloudflare" }),
        refusal("unavailable", message),
      );
    }
    assert.equal((await made.do("proxies.list", {})).trusted.length, 30);
    answer = () =>
      JSON.stringify({ addresses: Array(20).fill("23.235.32.0/20"), ipv6_addresses: ["2a04:4e40::/32"] });
    await assert.rejects(
      made.do("proxies.refresh_cdn", { name: "fastly" }),
      refusal("unavailable", /names 2 networks/),
    );
  } finally {
    await made.close();
  }
});

Deno.test("iptables: sources are found in the chains that INPUT leads to, as far as they reach them", () => {
  const text = [
    "*mangle",
    "-A INPUT -s 203.0.113.99/32 -j ACCEPT",
    "COMMIT",
    "*filter",
    "-A INPUT ! -i lo -j LOCALINPUT",
    "-A INPUT -p tcp -m tcp --dport 22 -j SSH",
    "-A INPUT -i lo -j LOOP",
    "-A INPUT -s 10.0.0.0/8 -j INNER",
    "-A INPUT -g ufw-user-input",
    "-A INPUT -s 203.0.113.40/32 -p tcp -j WEB",
    "-A WEB -p tcp -m multiport --dports 80,443 -j ACCEPT",
    "-A LOCALINPUT -j ALLOWIN",
    "-A ALLOWIN -s 192.0.2.1/32 ! -i lo -j ACCEPT",
    "-A ALLOWIN -s 192.0.2.2/32 -j DROP",
    "-A SSH -s 192.0.2.3/32 -j ACCEPT",
    "-A LOOP -s 192.0.2.4/32 -j ACCEPT",
    "-A INNER -s 10.1.0.0/16 -j ACCEPT",
    "-A INNER -s 192.0.2.5/32 -j ACCEPT",
    "-A INNER -s 0.0.0.0/0 -p tcp -j ACCEPT",
    "-A ufw-user-input -s 198.51.100.7/32 -p tcp -m tcp --dport 443 -j ACCEPT",
    "-A ufw-user-input -j ALLOWIN",
    "-A ALLOWIN -j LOCALINPUT",
    "-A UNUSED -s 192.0.2.6/32 -j ACCEPT",
    "COMMIT",
  ].join("\n");
  assert.deepEqual(foundIn("iptables", text), [
    { network: "203.0.113.40", line: 11 },
    { network: "192.0.2.1", line: 13 },
    { network: "10.1.0.0/16", line: 17 },
    { network: "10.0.0.0/8", line: 19 },
    { network: "198.51.100.7", line: 20 },
  ]);
  const chain = (i: number) => [1, 2].map((n) => `-A C${i} -s 10.${i}.${n}.0/24 -j C${i + 1}`);
  const deep = ["-A INPUT -j C0", ...Array.from({ length: 20_000 }, (_, i) => chain(i)).flat()];
  assert.deepEqual(foundIn("iptables", deep.join("\n")), [], "no time and no stack is lost on nonsense");
});

Deno.test("what csf.allow includes is read too, and one that cannot be read says where it was named", async () => {
  const dir = await Deno.makeTempDir({ prefix: "aegis-test-" });
  const path = `${dir}/csf.allow`;
  const made = await makeControl({ config: { proxy_discovery: [{ kind: "csf", path }] } });
  try {
    await Deno.writeTextFile(path, `192.0.2.1\nInclude ${dir}/more\nInclude ${dir}/none # gone\n`);
    await Deno.writeTextFile(`${dir}/more`, `192.0.2.2\nInclude ${path}\nInclude ${dir}/third\n`);
    await Deno.writeTextFile(`${dir}/third`, "tcp|in|d=443|s=192.0.2.3\n");
    let view = await made.do("proxies.reload", {});
    const places = () => view.proposed.map(({ network, place }) => [network, place.replace(`${dir}/`, "")]);
    const all = [["192.0.2.1", "csf.allow:1"], ["192.0.2.2", "more:1"], ["192.0.2.3", "third:1"]];
    assert.deepEqual(places(), all);
    assert.equal(view.sources[0]!.problem, `${dir}/none, included at ${path}:3, is not there`);
    await Deno.remove(`${dir}/third`);
    await Deno.mkdir(`${dir}/third`);
    view = await made.do("proxies.reload", {});
    assert.deepEqual(places(), all, "what it said stays");
    assert.match(view.sources[0]!.problem!, /third, included at .*more:3, was not read/);
  } finally {
    await made.close();
    await Deno.remove(dir, { recursive: true });
  }
});
