import type { Random } from "./random.ts";

/** Bytes and words that parsers trip over. */
const TOKENS = [
  "\r\n",
  "\r",
  "\n",
  "\0",
  " ",
  "\t",
  "\v",
  ":",
  ";",
  ",",
  "=",
  '"',
  "\\",
  "#",
  "?",
  "/",
  "*",
  "%",
  "\x7f",
  "\xa0",
  "\xff",
  "0",
  "1",
  "9",
  "a",
  "F",
  "x",
  "_",
  "+",
  "-",
  "0x",
  "\r\n\r\n",
  "\r\n ",
  "chunked",
  "Transfer-Encoding: chunked\r\n",
  "Content-Length: 3\r\n",
  "Content-Length: 0\r\n",
  "Host: b.test\r\n",
  "Connection: close\r\n",
  "Connection: keep-alive\r\n",
  "Expect: 100-continue\r\n",
  "Upgrade: websocket\r\nConnection: upgrade\r\n",
  "HTTP/1.0",
  "http://a.test",
  "3\r\nabc\r\n",
  "0\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n",
];

const MAX_LENGTH = 20_000;

/** `text` (a byte string) after one to four small changes. */
export function mutate(text: string, corpus: readonly string[], random: Random): string {
  let mutated = text;
  for (let left = 1 + random.below(4); left > 0; left--) mutated = change(mutated, corpus, random);
  return mutated.slice(0, MAX_LENGTH);
}

function change(text: string, corpus: readonly string[], random: Random): string {
  const at = random.below(text.length + 1);
  const length = Math.min(text.length - at, 1 + random.below(random.below(4) === 0 ? 40 : 3));
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at) + random.pick(TOKENS) + text.slice(at);
    case 1:
      return text.slice(0, at) + random.pick(TOKENS) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + text.slice(at + length);
    case 3:
      return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    case 4:
      return text.slice(0, at + length) + text.slice(at);
    case 5: {
      const other = random.pick(corpus);
      return text.slice(0, at) + other.slice(random.below(other.length + 1));
    }
    default:
      return random.below(4) === 0 ? text.slice(0, at) : text + random.pick(corpus);
  }
}
