/** Stages 12_robots and 17_bots through the whole pipeline. */
import assert from "node:assert/strict";
import { DEFAULT_HOST_CHALLENGE } from "../../core/challenge.ts";
import { DEFAULT_BOT_SETTINGS, DEFAULT_HOST_BOTS, type HostBots } from "../../core/host_bots.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import { BROWSER_HEADS } from "../../../tests/support/browser_heads.ts";
import {
  fakeExchange,
  type FakeExchangeParts,
  RecordedResponse,
} from "../../../tests/support/fake_exchange.ts";
import { fakeGateway, fakeHost, fakeSnapshot } from "../../../tests/support/fake_gateway.ts";
import { runPipeline } from "./pipeline.ts";

const CURL: readonly [string, string][] = [["host", "a.test"], ["user-agent", "curl/8.5.0"], [
  "accept",
  "*/*",
]];

function gatewayWith(bots: Partial<HostBots>, settings: Partial<Snapshot["settings"]> = {}) {
  const host = fakeHost({ bots: { ...DEFAULT_HOST_BOTS, ...bots } });
  return fakeGateway(fakeSnapshot({ hosts: [host] }, settings));
}

type Fake = ReturnType<typeof gatewayWith>;

/** What became of one request: `sent` to the target, or the answer. */
function ask(gateway: Fake, parts: FakeExchangeParts): RecordedResponse | "sent" {
  const before = gateway.sent.length;
  const response = new RecordedResponse();
  runPipeline(fakeExchange({ ...parts, response }), gateway.services);
  return gateway.sent.length > before ? "sent" : response;
}

function agent(userAgent: string): FakeExchangeParts {
  const fields: [string, string][] = [["accept", "*/*"], ["accept-language", "en"], [
    "accept-encoding",
    "gzip",
  ]];
  return {
    headers: [["host", "a.test"], ["connection", "keep-alive"], ["user-agent", userAgent], ...fields],
  };
}

Deno.test("a host refuses what looks automated where it says so, and nobody else", () => {
  const gateway = gatewayWith({ action: "block" });
  for (let i = 0; i < 3; i++) {
    const answer = ask(gateway, { headers: CURL });
    assert.ok(answer !== "sent");
    assert.deepEqual([answer.status, JSON.parse(answer.body).error], [
      403,
      "automated access is not allowed",
    ]);
  }
  assert.match(
    gateway.records[0]!.detail,
    /^6 points: a program library as user agent, or none, no Accept-Language/,
  );
  for (const { what, protocol, isUpgrade, fields } of BROWSER_HEADS) {
    const headers = fields.map((
      [name, value],
    ): [string, string] => [name, name === "Host" ? "a.test" : value]);
    const parts = { headers, protocol, ...(isUpgrade ? { upgrade: "websocket" } : {}) };
    assert.equal(ask(gateway, parts), "sent", what);
  }
});

Deno.test("without its own word a host does as the settings say", () => {
  const action = (value: "challenge" | "block") => ({ bots: { ...DEFAULT_BOT_SETTINGS, action: value } });
  assert.notEqual(ask(gatewayWith({}, action("block")), { headers: CURL }), "sent");
  assert.equal(ask(gatewayWith({ action: "off" }, action("block")), { headers: CURL }), "sent");
});

Deno.test("programs that name themselves are refused by kind", () => {
  const gptBot = agent("Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)");
  const assistant = agent("Mozilla/5.0 (compatible; Claude-User/1.0)");
  const scanner = agent("Nikto/2.5");
  const plain = gatewayWith({});
  for (const parts of [gptBot, assistant, scanner]) assert.equal(ask(plain, parts), "sent");
  const noAi = gatewayWith({ block_ai: true });
  assert.deepEqual([gptBot, assistant, scanner].map((parts) => ask(noAi, parts) === "sent"), [
    false,
    true,
    true,
  ]);
  const noAssistants = gatewayWith({ block_ai_assistants: true });
  assert.deepEqual([gptBot, assistant].map((parts) => ask(noAssistants, parts) === "sent"), [true, false]);
  const noTools = gatewayWith({ block_known: true });
  assert.deepEqual([gptBot, scanner].map((parts) => ask(noTools, parts) === "sent"), [true, false]);
  assert.equal(noTools.records.find(({ reason }) => reason === "bot")?.detail, "scanner: nikto");
  assert.equal(ask(noTools, agent("curl/8.5.0")), "sent", "a library is no tool");
});

Deno.test("whom no proof helps is refused by name, also where everybody is challenged: 503 would have it come back", () => {
  const challenge = { ...DEFAULT_HOST_CHALLENGE, mode: "always" } as const;
  const answers = (bots: Partial<HostBots>) => {
    const host = fakeHost({ challenge, bots: { ...DEFAULT_HOST_BOTS, ...bots } });
    const gateway = fakeGateway(fakeSnapshot({ hosts: [host] }));
    return [agent("sqlmap/1.8"), agent("Mozilla/5.0 (compatible; GPTBot/1.2)"), { headers: CURL }].map(
      (parts) => {
        const answer = ask(gateway, parts);
        return answer === "sent" ? answer : [answer.status, gateway.records.at(-1)!.reason];
      },
    );
  };
  const [asked, refused] = [[503, "challenge"], [403, "bot"]];
  assert.deepEqual(answers({}), [asked, asked, asked]);
  assert.deepEqual(answers({ block_known: true, block_ai: true }), [refused, refused, asked]);
});

Deno.test("an operator makes further user agents known", () => {
  const agents = [{ text: "acmebot", kind: "scraper" as const }];
  const gateway = gatewayWith({ block_known: true }, { bots: { ...DEFAULT_BOT_SETTINGS, agents } });
  assert.notEqual(ask(gateway, agent("AcmeBot/3")), "sent");
});

Deno.test("a white-listed client is only recorded", () => {
  const gateway = gatewayWith({ action: "block" }, { whitelist_cidrs: ["192.0.2.0/24"] });
  assert.equal(ask(gateway, { headers: CURL }), "sent");
});

Deno.test("robots.txt is Aegis' own where it is switched on, and the target's where not", () => {
  const robots = { ...DEFAULT_HOST_BOTS.robots, enabled: true, disallow: ["/admin/"] };
  const gateway = gatewayWith({ robots, block_ai: true });
  const crawler = agent("Mozilla/5.0 (compatible; GPTBot/1.2)");
  const answer = ask(gateway, { ...crawler, rawPath: "/robots.txt" });
  assert.ok(answer !== "sent");
  assert.deepEqual([answer.status, answer.headers.get("content-type")], [200, "text/plain; charset=utf-8"]);
  assert.equal(answer.body, "User-agent: *\nDisallow: /admin/\n");
  const again = ask(gateway, { rawPath: "/robots.txt" });
  assert.ok(again !== "sent" && again.headers.count("server") === 1);
  assert.equal(ask(gateway, { rawPath: "/robots.txt", method: "POST" }), "sent");
  assert.equal(ask(gateway, { rawPath: "/sub/robots.txt" }), "sent");
  assert.equal(ask(gatewayWith({}), { rawPath: "/robots.txt" }), "sent");
});

Deno.test("a path that becomes /robots.txt is answered alike", () => {
  const gateway = gatewayWith({ robots: { ...DEFAULT_HOST_BOTS.robots, enabled: true } });
  for (const rawPath of ["//robots.txt", "/a/../robots.txt", "/%72obots.txt"]) {
    assert.notEqual(ask(gateway, { rawPath }), "sent", rawPath);
  }
});
