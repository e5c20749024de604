import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { systemClock } from "../../core/clock.ts";
import { REASONS } from "../../core/reason.ts";
import { UsageError } from "../failure.ts";
import { AnswerReader } from "./answer_reader.ts";
import { MODES } from "./modes.ts";
import { outcomeOf } from "./outcome.ts";
import { runStress, type StressPlan } from "./run.ts";
import { readTarget, sourceOf } from "./target.ts";

/** Answers every connection's bytes by `answer`; resolves to what the run came to. */
async function runAgainst(
  answer: (socket: Socket, text: string) => void,
  plan: Partial<StressPlan> & Pick<StressPlan, "name">,
) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => answer(socket, chunk.toString("latin1")));
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const target = readTarget(`http://localhost:${port}/a?b=1`);
    const rest = { requests: 20, connections: 4, rate: 0, seconds: 30 };
    const interrupted = new AbortController().signal;
    return await runStress({ target, ...rest, clock: systemClock, interrupted, ...plan });
  } finally {
    const closed = new Promise((resolve) => server.once("close", resolve));
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
}

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

function refusal(status: number, publicText: string): string {
  const body = JSON.stringify({ error: publicText, request_id: "X" });
  return `HTTP/1.1 ${status} No\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

Deno.test("a run goes to loopback and nowhere else", () => {
  for (
    const url of ["http://127.0.0.1:8080/", "http://[::1]/", "https://localhost/", "http://a.localhost/x"]
  ) {
    assert.ok(readTarget(url));
  }
  const others = ["http://example.com/", "http://192.168.0.1/", "http://10.0.0.1:80/", "http://[fe80::1]/"];
  for (const url of [...others, "http://127.0.0.1.example.com/", "http://localhost.example.com/"]) {
    assert.throws(() => readTarget(url), /is not loopback: .*--host/);
  }
  for (const url of ["ftp://127.0.0.1/", "127.0.0.1:80", ""]) {
    assert.throws(() => readTarget(url), UsageError);
  }
  assert.throws(() => readTarget("http://127.0.0.1/", "a\r\nb"), UsageError);
  assert.throws(() => readTarget("http://127.0.0.1/", "a.test", "nobody"), UsageError);
});

Deno.test("each client of a run has an address of loopback of its own, none is 127.0.0.1", () => {
  const target = readTarget("http://127.0.0.1/");
  const sources = Array.from({ length: 1_000 }, (_, i) => sourceOf(target, 2 ** 32 - 7, i));
  assert.equal(new Set(sources).size, 1_000);
  for (const source of sources) assert.match(source!, /^127\.(?!0\.)\d+\.\d+\.\d+$/);
  assert.equal(sourceOf(readTarget("http://[::1]/"), 1, 1), undefined);
  assert.equal(sourceOf(readTarget("http://127.0.0.1/", undefined, "203.0.113.9"), 1, 1), undefined);
});

Deno.test("every reason that is told is found again by what is told", () => {
  for (const [reason, { status, publicText }] of Object.entries(REASONS)) {
    if (status === 0) continue;
    const { by } = outcomeOf({ status, text: `{"error":"${publicText}"}`, keepAlive: true });
    assert.ok(by.split(" or ").includes(reason), `${reason}: ${by}`);
  }
  const own = outcomeOf({ status: 404, text: "not found", keepAlive: true });
  assert.deepEqual(own, { kind: "passed", by: "application", status: 404 });
});

Deno.test("an answer is read in whatever pieces it comes, however it is framed", () => {
  const chunked =
    "HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
  for (const [text, body] of [[chunked, "ab"], [OK, "ok"]] as const) {
    const reader = new AnswerReader("GET");
    for (const byte of Buffer.from(text)) reader.take(Buffer.from([byte]));
    assert.deepEqual(reader.answer, { status: 200, text: body, keepAlive: true });
  }
  const zipped = new AnswerReader("GET");
  const page = gzipSync('<body data-ticket="x">');
  zipped.take(
    Buffer.from(`HTTP/1.1 503 No\r\nContent-Encoding: gzip\r\nContent-Length: ${page.length}\r\n\r\n`),
  );
  zipped.take(page);
  assert.deepEqual(outcomeOf(zipped.answer!), { kind: "refused", by: "challenge", status: 503 });
  const toTheEnd = new AnswerReader("GET");
  toTheEnd.take(Buffer.from("HTTP/1.1 500 No\r\n\r\nabc"));
  assert.equal(toTheEnd.answer, null);
  assert.ok(toTheEnd.end());
  assert.throws(() => new AnswerReader("GET").take(Buffer.from("SSH-2.0-x\r\n\r\n")));
});

Deno.test("baseline passes where all is answered, and fails by one refusal", async () => {
  const calm = await runAgainst((socket) => socket.write(OK), { name: "baseline" });
  assert.deepEqual([calm.ok, calm.done, calm.passed, calm.asked], [true, 20, 20, 20]);
  assert.ok(calm.p50_ms !== null && calm.p99_ms! >= calm.p50_ms);
  let asked = 0;
  const strict = await runAgainst(
    (socket) => socket.write(++asked === 7 ? refusal(429, "too many requests") : OK),
    { name: "baseline" },
  );
  assert.deepEqual([strict.ok, strict.refused], [false, 1]);
  assert.deepEqual(strict.outcomes.map(({ by, status, count }) => [by, status, count]), [
    ["application", 200, 19],
    ["rate", 429, 1],
  ]);
});

Deno.test("attacks carry their payload in query, form and JSON; one that passes fails the run", async () => {
  const seen: string[] = [];
  const refused = await runAgainst((socket, text) => {
    seen.push(text);
    socket.write(refusal(403, "request blocked"));
  }, { name: "xss", requests: 24 });
  assert.deepEqual([refused.ok, refused.refused], [true, 24]);
  assert.equal(seen.filter((text) => text.startsWith("GET /a?b=1&q=%3Cscript%3E")).length, 1);
  assert.equal(seen.filter((text) => text.includes("application/json\r\n")).length, 8);
  const open = await runAgainst((socket) => socket.write(OK), { name: "xss", requests: 24 });
  assert.equal(open.ok, false);
  assert.match(open.text, /^24 passed: is the WAF of this site off/);
});

Deno.test("a flood is passed where something of it is refused, by answer or by closing", async () => {
  const closed = await runAgainst((socket) => void socket.destroy(), { name: "flood" });
  assert.deepEqual([closed.ok, closed.refused, closed.p50_ms], [true, 20, null]);
  const open = await runAgainst((socket) => socket.write(OK), { name: "flood" });
  assert.match(open.text, /^nothing was refused/);
});

Deno.test("what the run could not try is no success", async () => {
  const unknown = await runAgainst((socket) => socket.write(refusal(421, "this site is not served here")), {
    name: "sqli",
  });
  assert.deepEqual([unknown.ok, unknown.text.includes("--host")], [false, true]);
  const garbled = await runAgainst((socket) => socket.write("what?\r\n\r\n"), { name: "smuggling" });
  assert.deepEqual([garbled.ok, garbled.failed], [false, 20]);
  const twice = await runAgainst((socket) => socket.write(refusal(400, "bad request") + OK), {
    name: "smuggling",
  });
  assert.deepEqual([twice.ok, twice.failed], [false, 20], "a second answer is the hidden request's");
});

Deno.test("slow connections that are held to the end of the run fail it", async () => {
  const held = await runAgainst(() => {}, { name: "slowloris", seconds: 1 });
  assert.deepEqual([held.ok, held.passed, held.asked], [false, 4, 4]);
  const cut = await runAgainst((socket) => socket.end("HTTP/1.1 408 Late\r\nContent-Length: 0\r\n\r\n"), {
    name: "slowloris",
  });
  assert.equal(cut.done, 4);
});

Deno.test("a run ends with its time and when it is interrupted, and nothing of it stays", async () => {
  const slow = await runAgainst((socket) => socket.write(OK), { name: "baseline", rate: 1, seconds: 1 });
  assert.ok(slow.done < 20);
  const over = new AbortController();
  const stopped = await runAgainst((socket) => {
    over.abort();
    socket.write(OK);
  }, { name: "baseline", rate: 1, interrupted: over.signal });
  assert.ok(stopped.done < 20);
});

Deno.test("where nothing listens the run says so at once", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const interrupted = new AbortController().signal;
  const plan = { requests: 5, connections: 2, rate: 0, seconds: 5, clock: systemClock, interrupted };
  const target = readTarget(`http://127.0.0.1:${port}/`);
  for (const name of ["baseline", "slowloris"] as const) {
    await assert.rejects(runStress({ ...plan, name, target }), /nothing answers at http:\/\/127\.0\.0\.1/);
  }
});

Deno.test("every mode says what it shows and what to do when it does not", () => {
  for (const mode of Object.values(MODES)) assert.ok(mode.summary.length > 20 && mode.hint.length > 20);
});
