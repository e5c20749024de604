import { newTextLua } from "./new_text.ts";

/** What one round of load said. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were neither 2xx nor 3xx. */
  readonly refused: number;
  readonly socketErrors: number;
}

export interface LoadRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers: readonly string[];
  readonly body?: string;
  /** Fills the marks of new_text.ts in all of it anew for every request; absent: it is sent as it stands. */
  readonly newTextSeed?: number;
}

/** Runs wrk with `connections` for `seconds`. Throws where it fails or says nothing. */
export async function load(request: LoadRequest, connections: number, seconds: number): Promise<LoadResult> {
  const script = await Deno.makeTempFile({ suffix: ".lua" });
  try {
    await Deno.writeTextFile(script, luaOf(request));
    const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "-s", script, request.url];
    const { code, stdout, stderr } = await new Deno.Command("wrk", { args }).output();
    const text = new TextDecoder().decode(stdout);
    // A script that wrk cannot read is only a complaint to it: it would send bare requests.
    if (code !== 0 || stderr.length > 0) throw new Error(`wrk: ${new TextDecoder().decode(stderr)}${text}`);
    return parse(text);
  } finally {
    await Deno.remove(script);
  }
}

function luaOf(request: LoadRequest): string {
  const lines = [`wrk.method = ${JSON.stringify(request.method ?? "GET")}`];
  for (const header of request.headers) {
    const colon = header.indexOf(":");
    // The space keeps Lua from reading `[[` as the beginning of a text of its own.
    lines.push(`wrk.headers[ ${lua(header.slice(0, colon))} ] = ${lua(header.slice(colon + 1).trim())}`);
  }
  if (request.body !== undefined) lines.push(`wrk.body = ${lua(request.body)}`);
  if (request.newTextSeed !== undefined) lines.push(newTextLua(request.newTextSeed));
  return lines.join("\n");
}

function lua(text: string): string {
  return `[==[${text}]==]`;
}

function parse(text: string): LoadResult {
  const total = /(\d+) requests in ([\d.]+)(ms|s|m)/.exec(text);
  if (total === null) throw new Error(`wrk said nothing to read:\n${text}`);
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text);
  return {
    requests: Number(total[1]),
    seconds: inMs(`${total[2]}${total[3]}`) / 1_000,
    p50Ms: inMs(/^ +50% +(\S+)/m.exec(text)?.[1] ?? "NaN"),
    p99Ms: inMs(/^ +99% +(\S+)/m.exec(text)?.[1] ?? "NaN"),
    refused: Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0),
    socketErrors: errors === null ? 0 : errors.slice(1).reduce((sum, each) => sum + Number(each), 0),
  };
}

function inMs(text: string): number {
  const value = parseFloat(text);
  if (text.endsWith("us")) return value / 1_000;
  if (text.endsWith("ms")) return value;
  return text.endsWith("m") ? value * 60_000 : value * 1_000;
}
