import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer, type Socket } from "node:net";
import type { BodySink, BodySource } from "../../core/body.ts";
import { until } from "../../../tests/support/until.ts";
import { ScannedBody, type ScanOutcome } from "./scanned_body.ts";
import type { UploadReading } from "./upload_reading.ts";

/** A clamd that says what it is told to, when it is told to. */
async function startScanner() {
  const waiting: Socket[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let bytes = Buffer.alloc(0);
    socket.on("error", () => {}); // a scan that is given up closes without a word
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, chunk as Uint8Array]);
      if (bytes.subarray(-4).equals(Buffer.alloc(4)) && !waiting.includes(socket)) waiting.push(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    clamd: `127.0.0.1:${(server.address() as { port: number }).port}`,
    /** Once `count` files are whole, gives the verdict on all of them. */
    async say(verdict: string, count = 1) {
      await until("the files are there", () => Promise.resolve(waiting.length >= count ? true : null));
      for (const socket of waiting.splice(0)) socket.write(`stream: ${verdict}\0`);
    },
    close() {
      sockets.forEach((socket) => socket.destroy());
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

class Upload implements BodySource, BodySink {
  readonly length = null;
  isPaused = false;
  passed = "";
  isOver = false;
  readonly outcomes: ScanOutcome[] = [];
  readonly body: ScannedBody;

  constructor(clamd: string, reading: UploadReading, timeoutMs = 10_000) {
    const settings = { clamd, max_bytes: 1_000_000, timeout_ms: timeoutMs };
    this.body = new ScannedBody(this, reading, settings, (outcome) => {
      this.outcomes.push(outcome);
      return false;
    });
    this.body.start(this);
  }

  start(): void {}

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  send(...pieces: string[]): this {
    for (const piece of pieces) this.body.data(Buffer.from(piece, "latin1"));
    return this;
  }

  data(chunk: Uint8Array): void {
    this.passed += Buffer.from(chunk).toString("latin1");
  }

  end(): void {
    this.isOver = true;
  }

  fail(): void {}
}

const FORM: UploadReading = { kind: "form", boundary: "x" };
const HEAD = '--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n';

Deno.test("[SECURITY] a file of a form never has its end at the target before the verdict, whatever follows", async () => {
  const scanner = await startScanner();
  const upload = new Upload(scanner.clamd, FORM);
  upload.send(`${HEAD}EVIL`, "EVIL\r\n--x", "--\r\n", "epilogue", "more of it");
  assert.equal(upload.passed, `${HEAD}EVIL`);
  assert.equal(upload.isPaused, true, "nobody reads on meanwhile");
  await scanner.say("Test FOUND");
  await until("it is refused", () => Promise.resolve(upload.outcomes[0] ?? null));
  assert.deepEqual(upload.outcomes, [{ kind: "infected", detail: "a: Test" }]);
  assert.equal(upload.passed, `${HEAD}EVIL`);
  await scanner.close();
});

Deno.test("several files pass one after the other, and the end behind them", async () => {
  const scanner = await startScanner();
  const upload = new Upload(scanner.clamd, FORM);
  const pieces = [`${HEAD}one\r\n`, `${HEAD}two\r\n${HEAD}three`, "\r\n", "--x--\r\n"];
  upload.send(pieces[0]!, pieces[1]!);
  assert.equal(upload.passed, pieces[0], "the end of the first is in the second piece");
  await scanner.say("OK", 2);
  await until("it goes on", () => Promise.resolve(upload.isPaused ? null : true));
  upload.send(pieces[2]!, pieces[3]!);
  assert.equal(upload.passed, pieces.slice(0, 3).join(""));
  await scanner.say("OK");
  await until("it goes on", () => Promise.resolve(upload.isPaused ? null : true));
  upload.body.end(null);
  assert.equal(upload.passed, pieces.join(""));
  assert.equal(upload.isOver, true);
  await scanner.close();
});

Deno.test("[SECURITY] an empty piece at the end is not the last one", async () => {
  const scanner = await startScanner();
  const upload = new Upload(scanner.clamd, { kind: "file" }).send("EVIL", "");
  assert.equal(upload.passed, "");
  upload.body.end(null);
  await scanner.say("OK");
  await until("it is over", () => Promise.resolve(upload.isOver ? true : null));
  assert.equal(upload.passed, "EVIL");
  await scanner.close();
});

Deno.test("[SECURITY] the time for the verdict is clamd's, not the client's: who sends slowly is scanned as well", async () => {
  const scanner = await startScanner();
  const quick = new Upload(scanner.clamd, { kind: "file" }, 250);
  const slow = new Upload(scanner.clamd, { kind: "file" }, 250).send("slow");
  // The other one's time is over: so would be this one's.
  quick.send("EVIL").body.end(null);
  await until("one is given up", () => Promise.resolve(quick.outcomes[0] ?? null));
  assert.match(quick.outcomes[0]!.detail, /no verdict of clamd within 250 ms/);
  assert.deepEqual(slow.outcomes, []);
  slow.body.stop();
  await scanner.close();
});

Deno.test("a text passes as it comes, and asks nobody", () => {
  const upload = new Upload("127.0.0.1:9", { kind: "text", beginning: /^\{"/ });
  upload.send("{", '"a"', ":");
  assert.equal(upload.passed, '{"a":');
  upload.send("1}").body.end(null);
  assert.equal(upload.isOver, true);
});
