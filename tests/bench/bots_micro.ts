// deno-lint-ignore-file no-console -- a program for the terminal
/**
 * What telling programs from browsers costs: a request's score with its sliding window, the fingerprint that a row of
 * the log has, and JA4 of a ClientHello.
 *
 * deno run -A tests/bench/bots_micro.ts
 */
import { Buffer } from "node:buffer";
import { createServer } from "node:net";
import { connect } from "node:tls";
import { HeaderList } from "../../src/core/header_list.ts";
import { readClientHello } from "../../src/gateway/listener/client_hello.ts";
import { Ja4 } from "../../src/gateway/listener/ja4.ts";
import { parseAddress } from "../../src/lib/ip.ts";
import { AgentBook } from "../../src/shield/bots/agent_book.ts";
import { headerFingerprint } from "../../src/shield/bots/header_fingerprint.ts";
import { KNOWN_AGENTS } from "../../src/shield/bots/known_agents.ts";
import { botMarks, botPoints } from "../../src/shield/bots/score.ts";
import { SuspectWindow } from "../../src/shield/bots/suspect_window.ts";
import { BROWSER_HEADS } from "../support/browser_heads.ts";

const ROUNDS = 5;
const HEADS = 4_096;

const names = new Map<string, string>();
/** Names are shared, as codecs share them; each head has a user agent of its own that is equal to others'. */
const heads = Array.from({ length: HEADS }, (_, i) => {
  const head = BROWSER_HEADS[i % BROWSER_HEADS.length]!;
  const headers = new HeaderList();
  for (const [name, value] of head.fields) {
    const lower = name.toLowerCase();
    if (!names.has(lower)) names.set(lower, lower);
    headers.append(names.get(lower)!, `${value}\n${i}`.slice(0, value.length));
  }
  const facts = {
    headers,
    isHttp1: head.protocol === "HTTP/1.1",
    isTls: head.isTls,
    isUpgrade: head.isUpgrade === true,
    isDirect: true,
  };
  return facts;
});

const agents = new AgentBook(KNOWN_AGENTS);
const suspects = new SuspectWindow();
const client = parseAddress("192.0.2.1")!;
const hello = await clientHello();
const ja4 = new Ja4();

for (let round = 0; round < ROUNDS; round++) {
  const score = nanoseconds(400 * HEADS, (i) => {
    const facts = heads[i % HEADS]!;
    const agent = agents.find(facts.headers.get("user-agent"));
    return Number(suspects.suspects(client, agent.hash, botPoints(botMarks(facts, agent)), i));
  });
  const fingerprint = nanoseconds(
    20 * HEADS,
    (i) => headerFingerprint(heads[i % HEADS]!.headers, true).length,
  );
  const read = nanoseconds(50_000, () => readClientHello(hello).kind.length);
  const whole = nanoseconds(50_000, () => {
    const found = readClientHello(hello);
    return found.kind === "hello" ? ja4.of(found.hello).length : 0;
  });
  console.log(
    `score and window ${score} ns; fingerprint ${fingerprint} ns; ClientHello of ${hello.length} bytes ${read} ns, ` +
      `with JA4 ${whole} ns`,
  );
}

function nanoseconds(times: number, run: (i: number) => number): number {
  let sum = 0;
  const started = performance.now();
  for (let i = 0; i < times; i++) sum += run(i);
  const took = performance.now() - started;
  if (Number.isNaN(sum)) throw new Error("nothing was measured");
  return Math.round(took * 1e6 / times);
}

/** What this runtime's own TLS client says first. */
async function clientHello(): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (first: Buffer) => {
      resolve(Buffer.from(first));
      socket.destroy();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const options = { host: "127.0.0.1", port, servername: "a.test", ALPNProtocols: ["h2", "http/1.1"] };
  connect({ ...options, rejectUnauthorized: false }).on("error", () => {});
  const bytes = await promise;
  server.close();
  return bytes;
}
