import assert from "node:assert/strict";
import { ManualClock } from "../core/clock.ts";
import type { LogSettings } from "../core/messages.ts";
import { createLogger } from "./logger.ts";

function make(settings: Partial<LogSettings> = {}) {
  const lines: string[] = [];
  const logger = createLogger({
    level: "info",
    format: "json",
    mask: true,
    ...settings,
    clock: new ManualClock(),
    thread: "control",
    write: (line) => lines.push(line),
  });
  return { logger, lines };
}

Deno.test("a JSON line has the names of OpenTelemetry's log data model", () => {
  const { logger, lines } = make();
  logger.warn("target down", { target_id: "t1", took_ms: 3 });
  assert.deepEqual(JSON.parse(lines[0]!), {
    timestamp: "2023-11-14T22:13:20.000Z",
    severity_text: "WARN",
    severity_number: 13,
    body: "target down",
    attributes: { "service.name": "aegis", thread: "control", target_id: "t1", took_ms: 3 },
  });
});

Deno.test("lines below the level are not written", () => {
  const { logger, lines } = make({ level: "warn" });
  logger.debug("a");
  logger.info("b");
  logger.warn("c");
  logger.error("d");
  assert.equal(lines.length, 2);
});

Deno.test("addresses are masked unless masking is off", () => {
  const masked = make();
  masked.logger.info("x", { client: "203.0.113.7", nested: { address: "2001:db8:1:2::3" } });
  assert.match(masked.lines[0]!, /203\.0\.x\.x/);
  assert.match(masked.lines[0]!, /2001:db8:1::\/48/);
  const open = make({ mask: false });
  open.logger.info("x", { client: "203.0.113.7" });
  assert.match(open.lines[0]!, /203\.0\.113\.7/);
});

Deno.test("what is named like a secret is never written", () => {
  const { logger, lines } = make({ mask: false });
  logger.info("x", {
    password: "hunter2-1",
    setup_token: "hunter2-2",
    nested: { cookie: "hunter2-3" },
    key_id: "k1",
  });
  assert.doesNotMatch(lines[0]!, /hunter2/);
  assert.match(lines[0]!, /k1/);
});

Deno.test("a value cannot begin a new line or drive the terminal", () => {
  for (const format of ["json", "text"] as const) {
    const { logger, lines } = make({ format });
    logger.info("evil\nINFO forged\x1b[2J", { path: "/a\r\nb\x1b]0;x\x07" });
    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines[0]!, /\p{Cc}/u);
  }
});

Deno.test("a text line is readable", () => {
  const { logger, lines } = make({ format: "text" });
  logger.error("no room", { port: 80, why: "permission denied" });
  assert.equal(
    lines[0],
    '2023-11-14T22:13:20.000Z ERROR no room thread=control port=80 why="permission denied"',
  );
});
