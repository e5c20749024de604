import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import type { Notice } from "../../core/notice.ts";
import { type Message, subjectOf } from "../message.ts";
import { discordBody } from "./discord.ts";
import { genericBody, signature } from "./generic.ts";
import { pagerDutyBody } from "./pagerduty.ts";
import { slackBody } from "./slack.ts";

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);
const HOSTILE = "<!channel> @everyone *bold*\r\nBcc: x@example.com & [link](http://evil.test)";

const NOTICE: Notice = {
  kind: "target_down",
  host: "h1",
  about: "http://10.0.0.1",
  subject: HOSTILE,
  text: HOSTILE,
  at: AT,
};
const MESSAGE: Message = { id: "d1", notices: [NOTICE], more: 0, instance: "edge-1" };

// deno-lint-ignore no-explicit-any -- bodies of other services
const shape = (body: unknown): any => JSON.parse(JSON.stringify(body));

Deno.test("a subject is one line of 200 characters and counts the others", () => {
  const many = { ...MESSAGE, notices: [{ ...NOTICE, subject: "x".repeat(500) }, NOTICE], more: 3 };
  assert.equal(subjectOf(many).length, 200);
  const said = subjectOf({ ...MESSAGE, notices: [{ ...NOTICE, subject: "A\r\nBcc: b" }, NOTICE], more: 3 });
  assert.equal(said, "[edge-1] A Bcc: b, and 4 more events");
});

Deno.test("Slack: text and blocks as its incoming webhooks take them, and nobody is called", () => {
  const body = shape(slackBody(MESSAGE));
  assert.deepEqual(body.blocks.map(({ type }: { type: string }) => type), ["header", "section"]);
  assert.ok(body.blocks[0].text.text.length <= 150 && body.blocks[0].text.type === "plain_text");
  assert.ok(body.blocks[1].text.text.length <= 3_000);
  for (const text of [body.text, body.blocks[1].text.text]) {
    assert.ok(!text.includes("<!channel>"));
    assert.ok(text.includes("&lt;!channel&gt;") && text.includes("&amp;"));
  }
});

Deno.test("Discord: one embed within its limits, and no mention counts", () => {
  const long = { ...MESSAGE, notices: [{ ...NOTICE, text: "y".repeat(9_000) }] };
  const body = shape(discordBody(long));
  assert.deepEqual(body.allowed_mentions, { parse: [] });
  assert.ok(body.embeds[0].title.length <= 256 && body.embeds[0].description.length <= 4_096);
  assert.equal(body.embeds[0].timestamp, "2026-01-02T03:04:05.000Z");
  assert.ok(shape(discordBody(MESSAGE)).embeds[0].description.includes("\\[link\\]"));
});

Deno.test("PagerDuty: what began is triggered, what ended resolves the same incident", () => {
  const down = shape(pagerDutyBody(NOTICE, "R".repeat(32), "edge-1"));
  const up = shape(pagerDutyBody({ ...NOTICE, kind: "target_up" }, "R".repeat(32), "edge-1"));
  assert.deepEqual([down.event_action, up.event_action], ["trigger", "resolve"]);
  assert.equal(down.dedup_key, up.dedup_key);
  assert.ok(down.dedup_key.length <= 255);
  assert.deepEqual([down.routing_key, down.payload.source, down.payload.severity], [
    "R".repeat(32),
    "edge-1",
    "critical",
  ]);
  assert.ok(!/[\r\n]/.test(down.payload.summary) && down.payload.summary.length <= 1_024);
  const other = shape(pagerDutyBody({ ...NOTICE, about: "http://10.0.0.2" }, "R", "edge-1"));
  assert.notEqual(other.dedup_key, down.dedup_key);
});

Deno.test("the JSON of one's own says all, and its signature covers time and body", () => {
  const body = JSON.stringify(genericBody(MESSAGE));
  const parsed = JSON.parse(body);
  assert.deepEqual([parsed.version, parsed.id, parsed.instance, parsed.more], [1, "d1", "edge-1", 0]);
  assert.deepEqual([parsed.notices[0].kind, parsed.notices[0].host], ["target_down", "h1"]);
  const said = signature(body, "s3cret", AT);
  const expected = createHmac("sha256", "s3cret").update(`${AT / 1_000}.${body}`).digest("hex");
  assert.equal(said, `t=${AT / 1_000},v1=${expected}`);
});
