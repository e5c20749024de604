import { Buffer } from "node:buffer";
import { RawClient, type RawResponse, value } from "../support/raw_client.ts";

/** What one parser made of a case. */
export interface Reading {
  readonly served: string[];
  readonly refusedStatus: number | null;
}

async function readAll(client: RawClient, read: (answer: RawResponse) => string): Promise<Reading> {
  const servedRequests: string[] = [];
  let rest = client.readThrough("\r\n\r\n");
  while (true) {
    let head: string;
    try {
      head = await rest;
    } catch {
      return { served: servedRequests, refusedStatus: null };
    }
    const [statusLine, ...lines] = head.slice(0, -4).split("\r\n");
    const headers = lines.map((each) =>
      [each.slice(0, each.indexOf(":")), each.slice(each.indexOf(":") + 2)] as const
    );
    const status = Number(statusLine!.slice(9, 12));
    const length = Number(value(headers, "content-length") ?? 0);
    const body = await client.readExactly(length);
    if (status >= 400) return { served: servedRequests, refusedStatus: status };
    if (status >= 200) servedRequests.push(read({ status, version: "", headers, body, trailers: [] }));
    rest = client.readThrough("\r\n\r\n");
  }
}

/** Sends `bytes` on a connection of its own, then FIN, and reads the answers up to the first refusal. */
export async function feed(
  port: number,
  bytes: string,
  read: (answer: RawResponse) => string,
): Promise<Reading> {
  const client = await RawClient.clear(port);
  try {
    // A parser that refuses may close while we still write.
    await client.write(bytes).then(() => client.closeWrite()).catch(() => undefined);
    return await readAll(client, read);
  } finally {
    client.close();
  }
}

/** `METHOD target body` out of an answer of `malformed_test.ts`. */
export function ourReading(answer: RawResponse): string {
  return Buffer.from(value(answer.headers, "x-seen")!, "base64").toString("latin1");
}

/** The same out of an answer of `node_oracle.mjs`. */
export function nodeReading(answer: RawResponse): string {
  const seen = JSON.parse(Buffer.from(value(answer.headers, "x-seen")!, "base64").toString()) as {
    method: string;
    target: string;
    body: string;
  };
  return `${seen.method} ${originForm(seen.method, seen.target)} ${seen.body}`;
}

/** Node hands on the absolute form as it came. */
function originForm(method: string, target: string): string {
  const match = /^http:\/\/[^/?]*(.*)$/i.exec(target);
  if (match === null) return target;
  if (match[1] === "" && method === "OPTIONS") return "*";
  return match[1]!.startsWith("/") ? match[1]! : "/" + match[1]!;
}
