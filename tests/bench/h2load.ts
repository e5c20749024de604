import type { LoadRequest, LoadResult } from "./load.ts";

/**
 * Runs h2load (Debian: nghttp2-client) with `connections` of `streams` requests at a time for `seconds`. Throws where it
 * fails, where the connection is not HTTP/2 over TLS 1.3, and where an answer was broken. It says nothing of percentiles.
 */
export async function loadH2(
  request: LoadRequest,
  connections: number,
  streams: number,
  seconds: number,
): Promise<LoadResult> {
  const body = request.body === undefined ? null : await Deno.makeTempFile();
  try {
    if (body !== null) await Deno.writeTextFile(body, request.body!);
    const args = ["-t1", `-c${connections}`, `-m${streams}`, "-D", `${seconds}`];
    for (const header of request.headers) args.push("-H", header);
    if (body !== null) args.push("-d", body);
    const { code, stdout, stderr } = await new Deno.Command("h2load", { args: [...args, request.url] })
      .output();
    const text = new TextDecoder().decode(stdout);
    if (code !== 0) throw new Error(`h2load: ${new TextDecoder().decode(stderr)}${text}`);
    return parse(text);
  } finally {
    if (body !== null) await Deno.remove(body);
  }
}

function parse(text: string): LoadResult {
  if (!/TLS Protocol: TLSv1\.3/.test(text) || !/Application protocol: h2/.test(text)) {
    throw new Error(`h2load did not speak HTTP/2 over TLS 1.3:\n${text}`);
  }
  const rate = /finished in ([\d.]+)(m?s|m), /.exec(text);
  const requests = / (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout/.exec(text);
  const status = /status codes: \d+ 2xx, \d+ 3xx, (\d+) 4xx, (\d+) 5xx/.exec(text);
  if (rate === null || requests === null || status === null) {
    throw new Error(`h2load said nothing to read:\n${text}`);
  }
  const refused = Number(status[1]) + Number(status[2]);
  const broken = Number(requests[4]) + Number(requests[5]);
  if (broken > 0) throw new Error(`${broken} of ${requests[1]} requests broke:\n${text}`);
  return {
    requests: Number(requests[1]),
    seconds: secondsOf(Number(rate[1]), rate[2]!),
    p50Ms: NaN,
    p99Ms: NaN,
    refused,
    socketErrors: 0,
  };
}

function secondsOf(value: number, unit: string): number {
  if (unit === "ms") return value / 1_000;
  return unit === "m" ? value * 60 : value;
}
