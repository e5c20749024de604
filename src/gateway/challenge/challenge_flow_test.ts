import assert from "node:assert/strict";
import { NO_PUBLISHED_BOTS } from "../../core/bot_list.ts";
import { DEFAULT_HOST_CHALLENGE } from "../../core/challenge.ts";
import { parseAddress } from "../../lib/ip.ts";
import { bitsOf } from "../../shield/challenge/difficulty.ts";
import {
  type Ask,
  ask,
  cookieOf,
  type Field,
  gatewayWith,
  pass,
  proofOf,
  submit,
  ticketOf,
} from "../../../tests/support/challenge_visit.ts";
import { fakeGateway, fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";

Deno.test("managed asks no browser in calm weather", () => {
  const gateway = gatewayWith({ mode: "managed" });
  assert.equal(ask(gateway), null);
  assert.deepEqual(gateway.challenges, []);
});

Deno.test("under attack, in bad repute or automated, a client gets the page, and with its proof comes in", () => {
  for (const cause of ["attack", "reputation", "automated"]) {
    const gateway = gatewayWith({ mode: "managed" });
    const parts: Ask = cause === "automated"
      ? { headers: [["host", "a.test"], ["user-agent", "curl/8.10"]] }
      : {};
    if (cause === "attack") gateway.services.alarm.isUnderAttack = () => true;
    if (cause === "reputation") gateway.services.reputation.add(parseAddress("192.0.2.1")!, -2, "waf");
    const page = ask(gateway, parts);
    assert.equal(page?.status, 503, cause);
    assert.equal(page!.headers.get("retry-after"), "5");
    assert.equal(page!.headers.get("cache-control"), "no-store");
    assert.match(page!.headers.get("content-security-policy")!, /script-src 'sha256-/);
    assert.equal(page!.body.includes('type="checkbox"'), cause !== "attack", cause);
    const cookie = pass(gateway, parts);
    assert.equal(ask(gateway, { ...parts, cookie }), null, cause);
    assert.deepEqual(gateway.challenges, ["issued", "issued", "passed"]);
    assert.equal(gateway.records[0]!.action, "challenged");
    assert.equal(gateway.records[0]!.reason, "challenge");
  }
});

Deno.test("programs and everything but navigations get 403 as JSON, HEAD the page's head", () => {
  const gateway = gatewayWith({ mode: "always" });
  const json: Ask[] = [
    { method: "POST", headers: [["host", "a.test"], ["accept", "text/html"]] },
    { method: "PUT" },
    { headers: [["host", "a.test"], ["accept", "application/json"]] },
    { headers: [["host", "a.test"], ["accept", "*/*"], ["sec-fetch-mode", "cors"]] },
    { headers: [["host", "a.test"], ["accept", "image/webp"]] },
    { method: "OPTIONS" },
  ];
  for (const parts of json) {
    const answer = ask(gateway, parts);
    assert.equal(answer?.status, 403);
    assert.match(answer!.body, /^\{"error":"checking your browser","request_id":"/);
    assert.equal(answer!.headers.get("content-type"), "application/json");
  }
  const pages: Ask[] = [
    { method: "HEAD" },
    { headers: [["host", "a.test"]] },
    { headers: [["host", "a.test"], ["accept", "*/*"]] },
    { headers: [["host", "a.test"], ["accept", "application/xml, text/html;q=0.1"]] },
  ];
  for (const parts of pages) assert.equal(ask(gateway, parts)?.status, 503);
});

Deno.test("a form of a page that was open gets the page as well, by which it is sent again: none is lost", () => {
  const gateway = gatewayWith({ mode: "always" });
  const answer = ask(gateway, { method: "POST" });
  assert.equal(answer?.status, 403);
  assert.match(answer!.body, /data-ticket="v1\./);
  assert.equal(gateway.records[0]!.action, "challenged");
});

Deno.test("a pass over TLS comes with forms that other sites send back", () => {
  const gateway = gatewayWith({ mode: "always" });
  const { ticket, bits } = ticketOf(ask(gateway, { more: [["sec-ch-ua-mobile", "?1"]] }));
  const answer = submit(gateway, proofOf(ticket, bits), { scheme: "https" });
  assert.match(answer.headers.get("set-cookie")!, /; HttpOnly; SameSite=None; Secure$/);
});

Deno.test("modes: off asks nobody but under load, a host's own off not even then; interactive shows a checkbox", () => {
  const off = fakeGateway(fakeSnapshot({ hosts: [fakeHost()], hostSlots: { h1: 0 } }));
  off.services.alarm.isUnderAttack = () => true;
  off.services.alarm.level = () => "statistics";
  assert.equal(ask(off), null);
  off.services.alarm.level = () => "load";
  assert.equal(ask(off)?.status, 503);
  const own = gatewayWith({ mode: "off" });
  own.services.alarm.isUnderAttack = () => true;
  own.services.alarm.level = () => "load";
  assert.equal(ask(own), null);
  const attacked = (mode: "interactive" | "invisible") => {
    const gateway = gatewayWith({ mode });
    gateway.services.alarm.isUnderAttack = () => true;
    gateway.services.reputation.add(parseAddress("192.0.2.1")!, -2, "waf");
    return ask(gateway)!.body.includes('type="checkbox"');
  };
  assert.deepEqual([attacked("interactive"), attacked("invisible")], [true, false]);
});

Deno.test("a proof is good once, for its host, its network and its time", () => {
  const gateway = gatewayWith({ mode: "always" });
  const { ticket, bits } = ticketOf(ask(gateway));
  const proof = proofOf(ticket, bits);
  assert.equal(submit(gateway, proof, { authority: "b.test" }).status, 403, "foreign host");
  assert.equal(submit(gateway, proof, { peerAddress: "198.51.100.9" }).status, 403, "foreign network");
  assert.equal(submit(gateway, proof.replace(/.~/, "!~")).status, 403, "changed");
  assert.equal(submit(gateway, proof, { peerAddress: "192.0.2.200" }).status, 200, "same network");
  assert.equal(submit(gateway, proof).status, 403, "double spend");
  const late = ticketOf(ask(gateway));
  const lateProof = proofOf(late.ticket, late.bits);
  gateway.clock.advance(301_000);
  assert.equal(submit(gateway, lateProof).status, 403, "expired");
});

Deno.test("what fails gets a fresh challenge that can be proved at once, never an error page", () => {
  const gateway = gatewayWith({ mode: "always" });
  const odd = [
    "",
    "~",
    "~~~",
    "v1.x~y~z",
    "x".repeat(5_000),
    `${"v1.".repeat(60)}~1~2`,
    "v1.a.b.c.d.e.f.g~0~0",
  ];
  for (const proof of odd) {
    const answer = submit(gateway, proof);
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get("set-cookie"), undefined);
  }
  gateway.clock.advance(5_000);
  const { ticket, bits } = JSON.parse(submit(gateway, "~~").body);
  assert.equal(submit(gateway, proofOf(ticket, bits)).status, 200);
});

Deno.test("a client cannot choose its difficulty", () => {
  const gateway = gatewayWith({ mode: "always" });
  gateway.services.alarm.isUnderAttack = () => true;
  const { ticket, bits } = ticketOf(ask(gateway));
  assert.equal(bits, bitsOf(3));
  const easier = ticket.replace(".3.", ".1.");
  assert.notEqual(easier, ticket);
  assert.equal(submit(gateway, proofOf(easier, bitsOf(1))).status, 403);
  assert.equal(submit(gateway, proofOf(ticket, bitsOf(1))).status, 403);
});

Deno.test("a forged, foreign or outlived clearance is a fresh challenge", () => {
  const gateway = gatewayWith({ mode: "always" });
  const cookie = pass(gateway);
  assert.equal(ask(gateway, { cookie: `x=1; ${cookie}; y=2` }), null);
  assert.equal(ask(gateway, { cookie: `aegis_clearance=forged; ${cookie}` }), null);
  const refused: Ask[] = [
    { cookie: cookie.replace(/.$/, (last) => last === "A" ? "B" : "A") },
    { cookie: `x${cookie}` },
    { cookie: "aegis_clearance=" },
    { cookie: `aegis_clearance=${"A".repeat(4_000)}` },
    { cookie, peerAddress: "198.51.100.1" },
    { cookie, peerAddress: "2001:db8::1" },
    { cookie, authority: "b.test" },
  ];
  for (const parts of refused) assert.equal(ask(gateway, parts)?.status, 503, JSON.stringify(parts));
  gateway.clock.advance(3_601_000);
  assert.equal(ask(gateway, { cookie })?.status, 503);
});

Deno.test("a pass that was verified under keys that are gone is none", () => {
  const gateway = gatewayWith({ mode: "always" });
  const cookie = pass(gateway);
  assert.equal(ask(gateway, { cookie }), null);
  gateway.services.challenger.useKeys([{ id: "k2", key: "77".repeat(32) }, {
    id: "k1",
    key: "5a".repeat(32),
  }]);
  assert.equal(ask(gateway, { cookie }), null);
  gateway.services.challenger.useKeys([{ id: "k3", key: "88".repeat(32) }, {
    id: "k2",
    key: "77".repeat(32),
  }]);
  assert.equal(ask(gateway, { cookie })?.status, 503);
});

Deno.test("a proof that was brought before the keys changed is not taken after it", () => {
  const gateway = gatewayWith({ mode: "always" });
  const { ticket, bits } = ticketOf(ask(gateway, { more: [["sec-ch-ua-mobile", "?1"]] }));
  const proof = proofOf(ticket, bits);
  assert.equal(submit(gateway, proof).status, 200);
  gateway.services.challenger.useKeys([{ id: "k2", key: "77".repeat(32) }, {
    id: "k1",
    key: "5a".repeat(32),
  }]);
  assert.equal(submit(gateway, proof).status, 403);
});

Deno.test("[SECURITY] a proof that was used before a restart is not taken after it, and costs no reputation", () => {
  const gateway = gatewayWith({ mode: "always", no_script: true });
  const { challenger, reputation } = gateway.services;
  const { ticket, bits } = ticketOf(ask(gateway));
  const proof = proofOf(ticket, bits);
  assert.equal(submit(gateway, proof).status, 200);
  const score = reputation.of(parseAddress("192.0.2.1")!);
  // The next process has the same keys, and another memory of what was used.
  Object.defineProperty(challenger, "life", { value: "22" });
  challenger.isFirst = () => true;
  const answer = submit(gateway, proof);
  assert.equal(answer.status, 403);
  assert.match(gateway.records.at(-1)!.detail, /from before the restart/);
  assert.equal(reputation.of(parseAddress("192.0.2.1")!), score);
  const fresh = JSON.parse(answer.body);
  assert.equal(submit(gateway, proofOf(fresh.ticket, fresh.bits)).status, 200);
});

Deno.test("a head full of forged passes costs a few signatures, and does not hide a good one from its owner", () => {
  const gateway = gatewayWith({ mode: "always" });
  const cookie = pass(gateway);
  const forged = Array.from({ length: 1_000 }, (_, i) => `aegis_clearance=v1.${i}.k1.x; `);
  assert.equal(ask(gateway, { cookie: `${forged.slice(0, 4).join("")}${cookie}` }), null);
  const { seal } = gateway.services.challenger.book;
  let looks = 0;
  const open = seal.open.bind(seal);
  seal.open = (...signed) => (looks++, open(...signed));
  assert.equal(ask(gateway, { cookie: forged.join("") })?.status, 503);
  assert.ok(looks < 50, `${looks}`);
});

Deno.test("a dual-stack browser proves its other family without a checkbox, and has both then", () => {
  const gateway = gatewayWith({ mode: "interactive" });
  gateway.services.alarm.isUnderAttack = () => true;
  const first = pass(gateway);
  const other: Ask = { peerAddress: "2001:db8::1", cookie: first };
  assert.ok(!ask(gateway, other)!.body.includes("checkbox"));
  const both = pass(gateway, other);
  assert.equal(ask(gateway, { cookie: both }), null);
  assert.equal(ask(gateway, { cookie: both, peerAddress: "2001:db8::99" }), null);
});

Deno.test("what came by one family and is brought by the other is good for both: no loop", () => {
  const gateway = gatewayWith({ mode: "always" });
  const { ticket, bits } = ticketOf(ask(gateway));
  const answer = submit(gateway, proofOf(ticket, bits), { peerAddress: "2001:db8::1" });
  assert.equal(answer.status, 200);
  const cookie = cookieOf(answer);
  assert.equal(ask(gateway, { cookie }), null);
  assert.equal(ask(gateway, { cookie, peerAddress: "2001:db8::1" }), null);
});

Deno.test("paths, networks and user agents that are exempt are not asked; preflights neither", () => {
  const gateway = gatewayWith({
    mode: "always",
    exempt_paths: ["/api"],
    exempt_cidrs: ["198.51.100.0/24"],
    exempt_agents: ["UptimeRobot"],
  });
  assert.equal(ask(gateway, { rawPath: "/api/x" }), null);
  assert.equal(ask(gateway, { rawPath: "/apix" })?.status, 503);
  assert.equal(ask(gateway, { rawPath: "/public/../apix" })?.status, 503);
  assert.equal(ask(gateway, { peerAddress: "198.51.100.7" }), null);
  assert.equal(
    ask(gateway, { headers: [["host", "a.test"], ["user-agent", "Mozilla uptimerobot/2"]] }),
    null,
  );
  const preflight: Field[] = [["host", "a.test"], ["origin", "https://x.test"], [
    "access-control-request-method",
    "PUT",
  ]];
  assert.equal(ask(gateway, { method: "OPTIONS", headers: preflight }), null);
});

Deno.test("no spelling of another path is an exempt one; a slash within a name is", () => {
  const gateway = gatewayWith({ mode: "always", exempt_paths: ["/api"] });
  const others = [
    "..%2fadmin",
    "..;/admin",
    "x/..%5c..%5cadmin",
    "%252e%252e%252fadmin",
    "..%c0%afadmin",
    "..%20/admin",
    ".%00./admin",
    "..%EF%BC%8Fadmin",
  ];
  for (const rest of others) assert.equal(ask(gateway, { rawPath: `/api/${rest}` })?.status, 503, rest);
  for (const rest of ["projects/group%2Fname", "a;v=1/b"]) {
    assert.equal(ask(gateway, { rawPath: `/api/${rest}` }), null, rest);
  }
});

Deno.test("a path may be asked in another way than its host, with the host's pass", () => {
  const gateway = gatewayWith({ mode: "off" }, {
    paths: [{ prefix: "/login", targets: [], challenge: { mode: "always" } }],
  });
  assert.equal(ask(gateway), null);
  assert.equal(ask(gateway, { rawPath: "/login" })?.status, 503);
  const cookie = pass(gateway, { rawPath: "/login" });
  assert.equal(ask(gateway, { rawPath: "/login", cookie }), null);
});

Deno.test("a white-listed client is not asked", () => {
  const gateway = gatewayWith({ mode: "always" }, { whitelist_cidrs: ["192.0.2.0/24"] });
  assert.equal(ask(gateway), null);
  assert.deepEqual(gateway.challenges, []);
});

Deno.test("a browser that has a pass from TLS gets one in the clear too", () => {
  const gateway = gatewayWith({ mode: "always" });
  const { ticket, bits } = ticketOf(ask(gateway, { more: [["sec-ch-ua-mobile", "?1"]] }));
  const [first, second, ...more] = submit(gateway, proofOf(ticket, bits)).headers.all("set-cookie");
  assert.equal(more.length, 0);
  assert.match(second!, /^aegis_clearance_http=v1\.[^;]+; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax$/);
  assert.equal(ask(gateway, { cookie: second!.split(";")[0]! }), null);
  assert.equal(ask(gateway, { cookie: `a=1;${first!.split(";")[0]!};b=2` }), null);
});

Deno.test("a site that has its visitors post here does not cost them their name", () => {
  const gateway = gatewayWith({ mode: "always" });
  const answer = ask(gateway, { method: "POST", rawPath: "/_aegis/challenge" });
  assert.equal(answer?.status, 403);
  assert.equal(gateway.services.reputation.of(parseAddress("192.0.2.1")!), 0);
});

Deno.test("the target never sees the pass", () => {
  const gateway = gatewayWith({ mode: "always" });
  const cookie = pass(gateway);
  ask(gateway, { cookie: `a=1; ${cookie}; b=2; ${cookie.replace("=", "_http=")}` });
  assert.equal(gateway.sent.at(-1)!.request.headers.get("cookie"), "a=1; b=2");
  ask(gateway, { cookie });
  assert.equal(gateway.sent.at(-1)!.request.headers.get("cookie"), undefined);
});

Deno.test("what the page found odd about its browser counts against the client, and does not keep it out", () => {
  const gateway = gatewayWith({ mode: "always" });
  const { ticket, bits } = ticketOf(ask(gateway));
  const answer = submit(gateway, proofOf(ticket, bits).replace(/~0$/, "~5"));
  assert.equal(answer.status, 200);
  assert.ok(gateway.services.reputation.of(parseAddress("192.0.2.1")!) < 0);
  assert.equal(ask(gateway, { cookie: cookieOf(answer) }), null);
});

Deno.test("one hint that people's browsers show too says nothing; a proof alone makes nobody famous", () => {
  const gateway = gatewayWith({ mode: "always" });
  const client = parseAddress("192.0.2.1")!;
  for (const probes of ["~32", "~0", "~x"]) {
    const { ticket, bits } = ticketOf(ask(gateway, { more: [["sec-ch-ua-mobile", "?1"]] }));
    assert.equal(submit(gateway, proofOf(ticket, bits).replace(/~0$/, probes)).status, 200);
  }
  assert.equal(gateway.services.reputation.of(client), 3);
});

Deno.test("a phone begins easily, once in ten minutes", () => {
  const gateway = gatewayWith({ mode: "always" });
  const phone: Ask = { more: [["sec-ch-ua-mobile", "?1"]] };
  assert.equal(ticketOf(ask(gateway, phone)).bits, bitsOf(1));
  assert.equal(ticketOf(ask(gateway, phone)).bits, bitsOf(2));
  gateway.clock.advance(601_000);
  assert.equal(ticketOf(ask(gateway, phone)).bits, bitsOf(1));
});

Deno.test("solvers that bring wrong proofs are limited by what they send, and lose their good name", () => {
  const gateway = gatewayWith({ mode: "always" });
  const statuses = Array.from({ length: 40 }, () => submit(gateway, "v1.a~b~c").status);
  assert.ok(statuses.filter((status) => status === 429).length >= 15);
  assert.ok(gateway.services.reputation.of(parseAddress("192.0.2.1")!) < -5);
});

Deno.test("a crawler is spared where it comes from a network that its owner publishes, and nobody else is", () => {
  const gateway = fakeGateway(fakeSnapshot({
    hosts: [fakeHost({ challenge: { ...DEFAULT_HOST_CHALLENGE, mode: "always" } })],
    publishedBots: { ...NO_PUBLISHED_BOTS, networks: { Googlebot: ["192.0.2.0/24"] } },
  }));
  const agent = (name: string): Ask => ({ headers: [["host", "a.test"], ["user-agent", `${name}/2.1`]] });
  assert.equal(ask(gateway, agent("Googlebot")), null);
  assert.equal(ask(gateway, agent("bingbot"))?.status, 503);
  assert.equal(ask(gateway, { ...agent("Googlebot"), peerAddress: "198.51.100.1" })?.status, 503);
});

Deno.test("[SECURITY] a used challenge is not forgotten for phones of ten thousand networks that ask for theirs", () => {
  const gateway = gatewayWith({ mode: "always" });
  const { ticket, bits } = ticketOf(ask(gateway));
  const proof = proofOf(ticket, bits);
  assert.equal(submit(gateway, proof)?.status, 200);
  for (let i = 0; i < 10_000; i++) {
    ask(gateway, { peerAddress: `11.${i >> 8}.${i & 255}.1`, more: [["sec-ch-ua-mobile", "?1"]] });
  }
  assert.equal(submit(gateway, proof)?.status, 403);
});
