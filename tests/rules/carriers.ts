/**
 * Ways to write a body on which parsers differ, as tables whose rows are combined: what lies between a firewall's
 * reading and an application's is seldom one oddity alone (Content-Type, head of a part, frame around it).
 */
import { Buffer } from "node:buffer";

/** A body as it goes over the wire. */
export interface Carrier {
  readonly name: string;
  readonly type: string;
  readonly body: Buffer;
}

/** All of them are meant to say: multipart with the boundary `xYz`. */
const MULTIPART_TYPES = [
  "multipart/form-data; boundary=xYz",
  'multipart/form-data; boundary="xYz"',
  "Multipart/Form-Data;BOUNDARY=xYz;",
  "multipart/form-data; boundary=xYz; charset=utf-16le",
  "multipart/form-data; boundary=abc; boundary=xYz",
  "multipart/form-data; boundary=xYz; boundary=abc",
  "multipart/form-data; boundary*=utf-8''xYz",
  "multipart/form-data; boundary*0=x; boundary*1=Yz",
  "multipart/form-data; boundary=abc; boundary*0=xYz",
  'multipart/form-data; x="; boundary=abc; "; boundary=xYz',
  'multipart/form-data; boundary="x\\Yz"',
  "multipart/form-data, boundary=xYz",
  "multipart/form-data boundary=xYz",
  "multipart/mixed; boundary=xYz",
  "image/png; multipart/form-data; boundary=xYz",
  "application/json; multipart/form-data; boundary=xYz",
];

const NAMED = 'Content-Disposition: form-data; name="a"';
const TYPED = "\r\nContent-Type: image/png";

/** Heads of a part: to some reader each is that of a field. */
const PART_HEADS = [
  NAMED,
  "content-disposition:form-data;name=a",
  `${NAMED}\r\nContent-Type: text/plain; charset=latin1`,
  `${NAMED}; filename=""${TYPED}`,
  `${NAMED}; filename="x.png"`,
  `${NAMED}; filename${TYPED}`,
  `${NAMED}; filename=${TYPED}`,
  `${NAMED}; FILENAME="x.png"${TYPED}`,
  `${NAMED}; filename*=utf-8''x.png${TYPED}`,
  `${NAMED}; filename*0="x.png"${TYPED}`,
  `${NAMED}; filename = "x.png"${TYPED}`,
  `${NAMED}; filename='x.png'${TYPED}`,
  `${NAMED}; filename="x.png"; filename=""${TYPED}`,
  `${NAMED}; filename=""; filename="x.png"${TYPED}`,
  `${NAMED}, filename="x.png"${TYPED}`,
  `${NAMED} filename="x.png"${TYPED}`,
  `${NAMED};\r\n filename="x.png"${TYPED}`,
  `${NAMED};\u000bfilename="x.png"${TYPED}`,
  `${NAMED};\u00a0filename="x.png"${TYPED}`,
  `${NAMED}\0; filename="x.png"${TYPED}`,
  `Content-Disposition: form-data; name="a\\\\"; filename="x.png"${TYPED}`,
  `Content-Disposition: form-data; name="a\\"; filename=\\"x.png"${TYPED}`,
  `Content-Disposition: form-data; name="a; filename=x.png"${TYPED}`,
  `Content-Disposition: form-data; filename="x.png"; name="a"`,
  `Content-Disposition: file; name="a"; filename="x.png"`,
  `Content-Disposition: attachment; name="a"${TYPED}`,
  `${NAMED}\r\n${NAMED.replace('"a"', '"f"; filename="x.png"')}${TYPED}`,
  `${NAMED.replace('"a"', '"f"; filename="x.png"')}\r\n${NAMED}${TYPED}`,
  `X-Before: 1\r\n${NAMED}`,
];

/** What stands around a part. */
const FRAMES: Readonly<Record<string, (head: string, content: string) => string>> = {
  usual: (head, content) => `--xYz\r\n${head}\r\n\r\n${content}\r\n--xYz--\r\n`,
  "not closed": (head, content) => `--xYz\r\n${head}\r\n\r\n${content}\r\n`,
  "line feeds": (head, content) => `--xYz\n${head.replaceAll("\r\n", "\n")}\n\n${content}\n--xYz--\n`,
  "behind an epilogue": (head, content) =>
    `--xYz\r\n${NAMED}\r\n\r\nx\r\n--xYz--\r\n--xYz\r\n${head}\r\n\r\n${content}\r\n--xYz--\r\n`,
  "behind a preamble": (head, content) => `--abc\r\n\r\n--xYz\r\n${head}\r\n\r\n${content}\r\n--xYz--\r\n`,
  "within a line of a file": (head, content) =>
    `--xYz\r\n${NAMED}; filename="x"${TYPED}\r\n\r\n\x81--xYz\r\n${head}\r\n\r\n${content}\r\n--xYz--\r\n`,
  "behind blanks": (head, content) => `--xYz \t\r\n${head}\r\n\r\n${content}\r\n--xYz--\r\n`,
  "behind a long file": (head, content) =>
    `--xYz\r\n${NAMED}; filename="x"${TYPED}\r\n\r\n${"\x81\x00".repeat(20_000)}\r\n` +
    `--xYz\r\n${head}\r\n\r\n${content}\r\n--xYz--\r\n`,
};

/** Types under which handlers read the bytes as JSON or a form all the same. */
const OTHER_TYPES = [
  "application/json",
  "application/json; charset=utf-16",
  "text/json",
  "application/vnd.api+json",
  "application/x-www-form-urlencoded",
  "application/x-www-form-urlencoded; charset=ibm037",
  "application/x-www-form-urlencoded+x",
  "text/plain",
  "foo/bar",
  "image/png",
  "image/png; x=urlencoded",
  "application/octet-stream",
  "application/grpc",
  "json",
];

const TEXTS: Readonly<Record<string, (payload: string) => string>> = {
  "object": (p) => `{"a":${escaped(p)}}`,
  "first of two keys": (p) => `{"a":${escaped(p)},"a":1}`,
  "key": (p) => `{${escaped(p)}:1}`,
  "string": escaped,
  "behind a number": (p) => `[-1,${escaped(p)}]`,
  "behind null": (p) => `[null,${escaped(p)}]`,
  "behind blanks": (p) => `${" \r\n\t".repeat(100)}[${escaped(p)}]`,
  "deep": (p) => `${"[".repeat(150)}${escaped(p)}${"]".repeat(150)}`,
  "form": (p) => `a=${percent(p)}`,
  "second of a name": (p) => `a=1&a=${percent(p)}`,
  "nested name": (p) => `a[b][]=${percent(p)}`,
  "behind many": (p) => `${"b=1&".repeat(900)}a=${percent(p)}`,
  "behind empty ones": (p) => `&&=&=1&a=${percent(p)}&`,
  "behind line ends": (p) => `\r\n\r\na=${percent(p)}`,
};

/** The bodies that hold `payload`, in every way that the tables know. */
export function carriersOf(payload: string): Carrier[] {
  const found: Carrier[] = [];
  const add = (name: string, type: string, text: string) =>
    void found.push({ name, type, body: Buffer.from(text, "latin1") });
  for (const [frame, write] of Object.entries(FRAMES)) {
    for (const type of MULTIPART_TYPES) add(`${type} | ${frame}`, type, write(NAMED, payload));
    for (const head of PART_HEADS) add(`${head} | ${frame}`, MULTIPART_TYPES[0]!, write(head, payload));
  }
  for (const type of OTHER_TYPES) {
    for (const [name, write] of Object.entries(TEXTS)) add(`${type} | ${name}`, type, write(payload));
  }
  return found;
}

/** A JSON string in which every character is escaped. */
function escaped(text: string): string {
  return `"${[...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"`;
}

function percent(text: string): string {
  return [...text].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");
}
