import assert from "node:assert/strict";
import { parseAiNames } from "./ai_names.ts";

Deno.test("names of AI crawlers are read from ai.robots.txt, a robots.txt, lines and Aegis's own form", () => {
  const json = JSON.stringify({
    AI2Bot: { function: "Content is used to train open language models." },
    "Amzn-User": { function: "AI Assistants" },
    "ChatGPT Agent": { function: "AI Agents" },
  });
  assert.deepEqual(parseAiNames(json), {
    crawlers: ["ai2bot"],
    assistants: ["amzn-user", "chatgpt agent"],
    leftOut: 0,
  });
  const robots = "User-agent: AI2Bot\nUser-agent: *\nUser-Agent: aiHitBot # x\nDisallow: /\n";
  assert.deepEqual(parseAiNames(robots).crawlers, ["ai2bot", "aihitbot"]);
  assert.deepEqual(parseAiNames("AI2Bot\n# none\naiHitBot\n").crawlers, ["ai2bot", "aihitbot"]);
  const own = parseAiNames('{"crawlers":["AI2Bot"],"assistants":["Amzn-User"]}');
  assert.deepEqual([own.crawlers, own.assistants], [["ai2bot"], ["amzn-user"]]);
});

Deno.test("[SECURITY] no published name refuses browsers or search engines, or changes what Aegis knows", () => {
  const names = [
    "Mozilla/5.0",
    "Chrome",
    "Safari",
    "Firefox/143",
    "Edg/",
    "Gecko",
    "Mobile",
    "abc",
    "a\u0001bcd",
  ];
  const engines = ["Googlebot", "bingbot", "Applebot"];
  const known = ["GPTBot", "ChatGPT-User", "curl/", "Google-Extended", "Applebot-Extended"];
  const read = parseAiNames([...names, ...engines, ...known, "AI2Bot"].join("\n"));
  assert.deepEqual([read.crawlers, read.assistants], [["ai2bot"], []]);
  assert.equal(read.leftOut, names.length + engines.length + known.length);
});

Deno.test("what is no list of names is refused", () => {
  assert.throws(() => parseAiNames(""), /empty/);
  assert.throws(() => parseAiNames("{"), /JSON/);
  assert.throws(() => parseAiNames("a name\n".repeat(2_001)), /2001 names/);
});
