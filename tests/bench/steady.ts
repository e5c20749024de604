/** Latencies of requests that came at a fixed rate, whether the earlier ones were answered or not. */
export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * Sends `requestsASecond` in all over `connections` for `seconds` (h2load of Debian's nghttp2-client, HTTP/1.1) and reads
 * its log of every request. Throws where one was not answered by 2xx.
 */
export async function loadSteadily(
  port: number,
  connections: number,
  requestsASecond: number,
  seconds: number,
  headers: readonly string[] = [],
): Promise<Latency> {
  const log = await Deno.makeTempFile();
  try {
    const rate = Math.max(1, Math.round(requestsASecond / connections));
    const args = [
      "--h1",
      "-t1",
      `-c${connections}`,
      "-D",
      `${seconds}`,
      `--rps=${rate}`,
      `--log-file=${log}`,
      ...headers.map((header) => `--header=${header}`),
    ];
    const { code, stdout, stderr } = await new Deno.Command("h2load", {
      args: [...args, `http://localhost:${port}/articles/list?page=2&sort=created`],
    }).output();
    if (code !== 0) {
      throw new Error(`h2load: ${new TextDecoder().decode(stderr)}${new TextDecoder().decode(stdout)}`);
    }
    return parse(await Deno.readTextFile(log));
  } finally {
    await Deno.remove(log);
  }
}

/** Columns: start in µs, status, µs until the answer's end. */
function parse(text: string): Latency {
  const rows = text.trim().split("\n").map((row) => row.split("\t"));
  const bad = rows.find(([, status]) => !/^2\d\d$/.test(status ?? ""));
  if (bad !== undefined) throw new Error(`an answer was no success: ${bad.join(" ")}`);
  const times = rows.map(([, , time]) => Number(time)).sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]! / 1_000;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
