import assert from "node:assert/strict";
import { HeaderList } from "../../core/header_list.ts";
import { BROWSER_HEADS } from "../../../tests/support/browser_heads.ts";
import { AgentBook } from "./agent_book.ts";
import { KNOWN_AGENTS } from "./known_agents.ts";
import { BOT_LINE, botMarks, botPoints, botReasons, type HeadFacts } from "./score.ts";

const AGENTS = new AgentBook(KNOWN_AGENTS);
const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

function marksOf(fields: readonly (readonly [string, string])[], facts: Partial<HeadFacts> = {}): number {
  const headers = HeaderList.from(fields);
  return botMarks(
    { headers, isHttp1: true, isTls: false, isUpgrade: false, isDirect: true, ...facts },
    AGENTS.find(headers.get("user-agent")),
  );
}

function scoreOf(fields: readonly (readonly [string, string])[], facts: Partial<HeadFacts> = {}): number {
  return botPoints(marksOf(fields, facts));
}

for (const isDirect of [true, false]) {
  const way = isDirect ? "straight" : "through a trusted proxy that orders fields anew";
  Deno.test(`no request of a browser comes near the line, ${way}`, () => {
    for (const { what, protocol, isTls, isUpgrade, fields } of BROWSER_HEADS) {
      const sent = isDirect
        ? fields
        : fields.filter(([name]) => name !== "Connection").toSorted(([a], [b]) => a < b ? -1 : 1);
      const facts = { isHttp1: protocol === "HTTP/1.1", isTls, isUpgrade: isUpgrade === true, isDirect };
      assert.ok(scoreOf(sent, facts) < BOT_LINE, `${what}: ${scoreOf(sent, facts)}`);
    }
  });
}

Deno.test("what people look at scores nothing at all but in browsers without Sec-Fetch", () => {
  for (const { what, protocol, isTls, isUpgrade, fields } of BROWSER_HEADS) {
    if (/navigates|fetches|image/.test(what)) {
      assert.equal(
        scoreOf(fields, { isHttp1: protocol === "HTTP/1.1", isTls, isUpgrade: isUpgrade === true }),
        0,
        what,
      );
    }
  }
});

Deno.test("programs that name themselves cross the line by what else they do not send", () => {
  const host = ["Host", "shop.test"] as const;
  const curl = [host, ["User-Agent", "curl/8.5.0"], ["Accept", "*/*"]] as const;
  const requests = [
    host,
    ["User-Agent", "python-requests/2.32.3"],
    ["Accept-Encoding", "gzip, deflate"],
    ["Accept", "*/*"],
    ["Connection", "keep-alive"],
  ] as const;
  const go = [host, ["User-Agent", "Go-http-client/1.1"], ["Accept-Encoding", "gzip"]] as const;
  for (const fields of [curl, requests, go, [host]]) {
    for (const isTls of [false, true]) {
      assert.ok(scoreOf(fields, { isTls }) >= BOT_LINE, JSON.stringify(fields));
    }
    assert.ok(scoreOf(fields, { isTls: true, isHttp1: false }) >= BOT_LINE, JSON.stringify(fields));
  }
});

Deno.test("nothing speaks against a client that the operator knows", () => {
  const agents = new AgentBook(KNOWN_AGENTS, [{ text: "our-probe", kind: "allowed" }]);
  const headers = HeaderList.from([["host", "a"], ["user-agent", "our-probe/1"]]);
  const facts = { headers, isHttp1: true, isTls: true, isUpgrade: false, isDirect: true };
  assert.equal(botMarks(facts, agents.find("our-probe/1")), 0);
});

Deno.test("a program that calls itself a browser is known by what it leaves out", () => {
  const bare = [["Host", "shop.test"], ["User-Agent", CHROME]] as const;
  assert.deepEqual(botReasons(marksOf(bare, { isTls: true })), [
    { points: 2, text: "no Accept" },
    { points: 1, text: "no Accept-Language" },
    { points: 1, text: "no Accept-Encoding" },
    { points: 1, text: "no Sec-Fetch-Site over TLS" },
    { points: 1, text: "no Connection in HTTP/1" },
  ]);
});

Deno.test("each mark counts only where the client itself could have set it", () => {
  const fields = [["Host", "a"], ["User-Agent", "Mozilla/5.0"], ["Accept", "*/*"], [
    "Accept-Encoding",
    "gzip",
  ], [
    "Accept-Language",
    "en",
  ]] as const;
  assert.equal(scoreOf(fields), 1, "no Connection");
  assert.equal(scoreOf(fields, { isHttp1: false }), 0, "HTTP/2 has no Connection");
  assert.equal(scoreOf(fields, { isDirect: false }), 0, "the proxy's own Connection says nothing");
  assert.equal(scoreOf(fields, { isHttp1: false, isTls: true }), 1, "no Sec-Fetch-Site");
});

Deno.test("an order that the named browser never has adds one point, and none where a proxy may have made it", () => {
  const fields = [
    ["Host", "a"],
    ["Accept-Encoding", "gzip"],
    ["Connection", "close"],
    ["User-Agent", CHROME],
    [
      "Accept",
      "*/*",
    ],
    ["Accept-Language", "en"],
  ] as const;
  assert.equal(scoreOf(fields), 1);
  assert.equal(scoreOf(fields, { isDirect: false }), 0);
});

Deno.test("monitoring probes and crawlers that send what is asked for stay below the line", () => {
  const googlebot = [
    ["host", "shop.test"],
    ["user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"],
    ["accept", "text/html,application/xhtml+xml"],
    ["accept-encoding", "gzip, deflate, br"],
    ["from", "googlebot(at)googlebot.com"],
  ] as const;
  assert.equal(scoreOf(googlebot, { isHttp1: false, isTls: true }), 2);
  const probe = [
    ["Host", "shop.test"],
    ["User-Agent", "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)"],
    ["Accept", "text/html"],
    ["Accept-Language", "en-US"],
    ["Connection", "close"],
  ] as const;
  assert.ok(scoreOf(probe, { isTls: true }) < BOT_LINE);
});
