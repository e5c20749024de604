import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { ChunkedDecoder } from "../../src/gateway/listener/http1/chunked.ts";
import { WIRE_CASES } from "../conformance/malformed.ts";
import { NodeOracle } from "../conformance/node_oracle.ts";
import { feed, nodeReading } from "../conformance/readings.ts";
import { readChunked } from "./chunked_reference.ts";
import { runCodec } from "./codec_run.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { argument, report } from "./terminal.ts";

/**
 * Throws mutated bytes at the HTTP/1.1 codec. It never throws and never hangs, and what it makes of an input never
 * depends on where the network cut it.
 *
 *     deno run -A tests/fuzz/http1_fuzz.ts --seconds 60 [--seed 7] [--node]
 *
 * `--node` compares with Node's parser as well: what both serve is the same (one connection an input, so far fewer).
 */

/** The corpus, what is in order eight times: one mutation of a bad request rarely gets past its first fault. */
const SEEDS: readonly string[] = WIRE_CASES
  .filter((each) => each.bytes.length < 4_000)
  .flatMap((each) => Array.from({ length: each.refused === null ? 8 : 1 }, () => each.bytes));

const CHUNKED_SEEDS = [
  "3\r\nabc\r\n0\r\n\r\n",
  'a;x=y;z="q\\""\r\n0123456789\r\n1\r\nx\r\n0;e\r\nX-Sum: 1\r\nY:\r\n\r\nrest',
  "000A\r\n0123456789\r\n000\r\n\r\n",
];

/** `text` in pieces: whole, byte by byte, or cut at random places. */
function cut(text: string, random: Random): Buffer[] {
  const bytes = Buffer.from(text, "latin1");
  const most = random.below(3) === 0 ? 1 : 1 + random.below(bytes.length + 1);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + random.below(most);
    pieces.push(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
  return pieces;
}

/** One input through the codec, whole and cut. Returns what was served. Throws where the runs differ. */
export function checkRequest(text: string, random: Random): string[] {
  const whole = runCodec([Buffer.from(text, "latin1")]);
  for (let i = 0; i < 2; i++) assert.deepEqual(runCodec(cut(text, random)), whole);
  return whole.served;
}

/** One chunked body through the decoder, cut at random, and through the plain second implementation. */
export function checkChunked(text: string, random: Random): void {
  const decoder = new ChunkedDecoder();
  let data = "";
  let rest = "";
  for (const piece of cut(text, random)) {
    const end = decoder.decode(piece, 0, piece.length, {
      data(chunk) {
        data += Buffer.from(chunk).toString("latin1");
        return true;
      },
    });
    rest += piece.subarray(end).toString("latin1");
  }
  const reference = readChunked(text);
  if (!decoder.done) {
    // Which byte was the first bad one is told at different places: the decoder reads trailers as a section, the
    // reference reads sizes by the line.
    assert.notEqual(reference.kind, "done");
    return;
  }
  assert.deepEqual({ kind: "done", data, trailers: decoder.trailers?.length ?? 0, rest }, reference);
}

/** The next mutated request of a run. */
export function nextRequest(random: Random): string {
  return mutate(random.pick(SEEDS), SEEDS, random);
}

/** The next mutated chunked body of a run. */
export function nextChunked(random: Random): string {
  return mutate(random.pick(CHUNKED_SEEDS), CHUNKED_SEEDS, random);
}

async function compareWithNode(text: string, served: readonly string[], oracle: NodeOracle): Promise<void> {
  const node = await feed(oracle.port, text, nodeReading);
  for (let i = 0; i < Math.min(node.served.length, served.length); i++) {
    // A body that the harness left unread stands as `?`.
    const mine = served[i]!;
    if (mine.endsWith(" ?")) {
      assert.ok(node.served[i]!.startsWith(mine.slice(0, -1)), `${mine} / ${node.served[i]}`);
    } else assert.equal(node.served[i], mine);
  }
}

if (import.meta.main) {
  const seed = argument("seed", Math.floor(performance.timeOrigin) % 2 ** 31);
  const end = performance.now() + argument("seconds", 60) * 1_000;
  const random = new Random(seed);
  const oracle = Deno.args.includes("--node") ? await NodeOracle.start() : null;
  report(`seed ${seed}`);
  let inputs = 0;
  let servedRequests = 0;
  let input = "";
  try {
    for (; performance.now() < end; inputs++) {
      input = nextRequest(random);
      const served = checkRequest(input, random);
      servedRequests += served.length;
      if (oracle !== null) await compareWithNode(input, served, oracle);
      input = nextChunked(random);
      checkChunked(input, random);
    }
  } catch (thrown) {
    report(`failed on ${JSON.stringify(input)}`);
    throw thrown;
  } finally {
    await oracle?.stop();
  }
  report(`${inputs} requests and as many chunked bodies, ${servedRequests} requests served`);
}
