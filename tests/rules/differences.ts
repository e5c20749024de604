import { Buffer } from "node:buffer";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";

/** A body that some reader takes for a payload, however it is written. */
export interface Written {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
}

type Writer = (payload: string) => Written;

function body(
  type: string | readonly string[],
  text: string | Uint8Array,
  more: Record<string, string> = {},
): Written {
  return {
    headers: { "content-type": type, ...more },
    body: typeof text === "string" ? Buffer.from(text, "utf-8") : text,
  };
}

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data; boundary=xYz";

function encoded(payload: string): string {
  return encodeURIComponent(payload).replaceAll("'", "%27");
}

function part(head: string, content: string, end = "--xYz--\r\n"): string {
  return `--xYz\r\n${head}\r\n\r\n${content}\r\n${end}`;
}

const field = (head: string, end?: string): Writer => (payload) => body(MULTIPART, part(head, payload, end));
const NAMED = 'Content-Disposition: form-data; name="a"';
const FILE = `${NAMED}; filename="x.png"`;

function unicodeEscapes(text: string): string {
  return text.replace(/[^a-z0-9 ]/gi, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function entities(text: string): string {
  return text.replace(/[^a-z0-9 ]/gi, (char) => `&#x${char.charCodeAt(0).toString(16)};`);
}

function utf7(text: string): string {
  return text.replace(/[^A-Za-z0-9 ]/g, (char) => {
    const bytes = Buffer.from([char.charCodeAt(0) >> 8, char.charCodeAt(0) & 255]);
    return `+${bytes.toString("base64").replace(/=+$/, "")}-`;
  });
}

function utf16(text: string): Buffer {
  return Buffer.from(text, "utf16le");
}

/** What `decode` of the charset reads as the text; code page 37 of IBM, so far as payloads need it. */
function ebcdic(text: string): Buffer {
  return Buffer.from([...text].map((char) => EBCDIC.get(char) ?? 0x6f));
}

const EBCDIC: ReadonlyMap<string, number> = new Map([
  ...range("abcdefghi", 0x81),
  ...range("jklmnopqr", 0x91),
  ...range("stuvwxyz", 0xa2),
  ...range("ABCDEFGHI", 0xc1),
  ...range("JKLMNOPQR", 0xd1),
  ...range("STUVWXYZ", 0xe2),
  ...range("0123456789", 0xf0),
  ...range(".<(+|&", 0x4b),
  ...range("-/", 0x60),
  ...range(",%_>?", 0x6b),
  ...range(":#@'=\"", 0x7a),
  [" ", 0x40],
  ["&", 0x50],
  [")", 0x5d],
  [";", 0x5e],
]);

function range(chars: string, first: number): [string, number][] {
  return [...chars].map((char, index) => [char, first + index]);
}

function percentBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}

const json = (payload: string): string => JSON.stringify({ a: payload });
const form = (payload: string): string => `a=${encoded(payload)}`;

/** How the same payload is written so that a firewall and an application read it differently. */
export const DIFFERENCES: Readonly<Record<string, Writer>> = {
  "form, percent-encoded": (p) => body(FORM, form(p)),
  "form, twice percent-encoded": (p) => body(FORM, `a=${encoded(encoded(p))}`),
  "form, %u escapes": (p) =>
    body(
      FORM,
      `a=${p.replace(/[^a-z0-9]/gi, (c) => `%u00${c.charCodeAt(0).toString(16).padStart(2, "0")}`)}`,
    ),
  "form, fullwidth characters": (p) =>
    body(FORM, `a=${encoded(p.replace(/['<>"(]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)))}`),
  "form, type in odd case and with blanks": (p) =>
    body(" Application/X-WWW-Form-URLEncoded ; charset = utf-8", form(p)),
  "form, charset that hides ASCII": (p) => body(`${FORM}; charset=ibm037`, form(p)),
  "form, UTF-16": (p) => body(`${FORM}; charset=utf-16le`, utf16(`a=${p}`)),
  "form in a code page known by its number": (p) =>
    body(`${FORM}; charset=037`, Buffer.concat([ebcdic("a"), Buffer.from(`=${percentBytes(ebcdic(p))}`)])),
  "form in a charset that has escapes": (p) =>
    body(`${FORM}; charset=unicode_escape`, `a=${encoded(unicodeEscapes(p))}`),
  "form in a charset that drops characters": (p) =>
    body(`${FORM}; charset=HZ`, `a=${encoded([...p].join("~\n"))}`),
  "form in UTF-7 by another name": (p) => body(`${FORM}; charset=u7`, `a=${encoded(utf7(p))}`),
  "form called text/plain": (p) => body("text/plain", `a=${p}`),
  "form without a type of its own": (p) => body("foo/bar", form(p)),
  "form called octet-stream": (p) => body("application/octet-stream", form(p)),
  "form, second value of a name": (p) => body(FORM, `a=1&a=${encoded(p)}&a=2`),
  "form, behind thousands of parameters": (p) => body(FORM, `${"b=1&".repeat(6_000)}a=${encoded(p)}`),
  "form, semicolons between": (p) => body(FORM, `b=1;a=${encoded(p)};c=2`),
  "form, name of a parameter": (p) => body(FORM, `${encoded(p)}=1`),
  "two content types": (p) => body(["text/plain", "application/json"], json(p)),
  "two types in one field": (p) => body(`application/json, ${FORM}`, form(p)),
  "JSON": (p) => body("application/json", json(p)),
  "JSON, escapes": (p) => body("application/json", `{"a":"${unicodeEscapes(p)}"}`),
  "JSON, first of two equal keys": (p) => body("application/json", `{"a":${JSON.stringify(p)},"a":"x"}`),
  "JSON, last of two equal keys": (p) => body("application/json", `{"a":"x","a":${JSON.stringify(p)}}`),
  "JSON, key": (p) => body("application/json", `{${JSON.stringify(p)}:1}`),
  "JSON, array at the top": (p) => body("application/json", JSON.stringify([[[p]]])),
  "JSON, a bare string": (p) => body("application/json", JSON.stringify(p)),
  "JSON with a byte order mark": (p) => body("application/json", `\ufeff${json(p)}`),
  "JSON in UTF-16": (p) => body("application/json; charset=utf-16", utf16(json(p))),
  "JSON in UTF-16 with its mark": (p) =>
    body("application/json", Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(json(p))])),
  "JSON in UTF-7": (p) => body("application/json; charset=utf-7", utf7(json(p))),
  "JSON with comments and trailing commas": (p) =>
    body("application/json", `/* x */{"a":${JSON.stringify(p)},}// y`),
  "JSON with bare keys": (p) => body("application/json", `{a:${JSON.stringify(p)}}`),
  "JSON that ends too early": (p) => body("application/json", `{"b":[1,{"a":${JSON.stringify(p)}`),
  "JSON behind the end of another": (p) => body("application/json", `{"b":1}${json(p)}`),
  "JSON, deep": (p) =>
    body("application/json", `${'{"b":['.repeat(80)}${JSON.stringify(p)}${"]}".repeat(80)}`),
  "JSON, line by line": (p) => body("application/x-ndjson", `{"b":1}\n${json(p)}\n{"b":2}`),
  "JSON within JSON": (p) => body("application/json", JSON.stringify({ b: json(p) })),
  "JSON within JSON within JSON": (p) =>
    body("application/json", JSON.stringify({ b: JSON.stringify({ c: json(p) }) })),
  "JSON within a form": (p) => body(FORM, `a=${encoded(json(p))}`),
  "JSON with escapes within a form": (p) => body(FORM, `a=${encoded(`{"a":"${unicodeEscapes(p)}"}`)}`),
  "JSON under a form's type": (p) => body(FORM, json(p)),
  "JSON under text/plain": (p) => body("text/plain", json(p)),
  "JSON under an image's type": (p) => body("image/png", json(p)),
  "JSON string under an image's type": (p) => body("image/png", `"${unicodeEscapes(p)}"`),
  "JSON behind a number, called octet-stream": (p) =>
    body("application/octet-stream", `[-1,"${unicodeEscapes(p)}"]`),
  "JSON behind long white space, called octet-stream": (p) =>
    body("application/octet-stream", `${" \n".repeat(300)}{"a":"${unicodeEscapes(p)}"}`),
  "JSON in UTF-16 without a mark, under a form's type": (p) => body(FORM, utf16(json(p))),
  "JSON in base64 within JSON": (p) =>
    body("application/json", JSON.stringify({ a: Buffer.from(p.padEnd(24)).toString("base64") })),
  "GraphQL variable": (p) =>
    body("application/json", JSON.stringify({ query: "query($a:String){b(c:$a){d}}", variables: { a: p } })),
  "XML text": (p) => body("application/xml", `<r><a>${entities(p)}</a></r>`),
  "XML attribute": (p) => body("text/xml", `<r><a b="${entities(p)}"/></r>`),
  "XML CDATA": (p) => body("application/soap+xml", `<r><![CDATA[${p}]]></r>`),
  "XML CDATA in two": (p) =>
    body("application/xml", `<r><![CDATA[${p.slice(0, 5)}]]><![CDATA[${p.slice(5)}]]></r>`),
  "XML with a comment in the text": (p) =>
    body("application/xml", `<r>${entities(p.slice(0, 5))}<!-- x -->${entities(p.slice(5))}</r>`),
  "XML under text/plain": (p) => body("text/plain", `<?xml version="1.0"?><r><![CDATA[${p}]]></r>`),
  "XML that does not end": (p) => body("application/xml", `<r><b><a>${entities(p)}`),
  "XML in UTF-16": (p) =>
    body("application/xml", Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(`<r>${entities(p)}</r>`)])),
  "XML in UTF-16 without a mark": (p) => body("application/xml", utf16(`<r>${entities(p)}</r>`)),
  "XML under a form's type": (p) => body(FORM, `<r a="1">${entities(p)}</r>`),
  "XML under an image's type": (p) => body("image/png", `<r>${entities(p)}</r>`),
  "XML under JSON's type": (p) => body("application/json", `<r>${entities(p)}</r>`),
  "XML with elements in the text": (p) => body("text/xml", `<r>${[...p].map(entities).join("<b/>")}</r>`),
  "XML with entities of a type that is not at hand": (p) =>
    body("text/xml", `<!DOCTYPE r SYSTEM "r.dtd"><r>${[...p].map(entities).join("&none;")}</r>`),
  "XML in EBCDIC": (p) =>
    body("text/xml", ebcdic(`<?xml version="1.0" encoding="ibm037"?><r>${entities(p)}</r>`)),
  "XML in a charset that drops characters": (p) =>
    body("text/xml", `<?xml version="1.0" encoding="HZ"?><r>${[...p].map(entities).join("~\n")}</r>`),
  "multipart": field(NAMED),
  "multipart, boundary in quotes": (p) => body('multipart/form-data; boundary="xYz"', part(NAMED, p)),
  "multipart, two boundaries": (p) => body("multipart/form-data; boundary=abc; boundary=xYz", part(NAMED, p)),
  "multipart, no boundary": (p) => body("multipart/form-data", part(NAMED, p)),
  "multipart, boundary in odd case": (p) => body("multipart/form-data; BOUNDARY=xYz", part(NAMED, p)),
  "multipart, boundary of RFC 2231": (p) => body("multipart/form-data; boundary*=utf-8''xYz", part(NAMED, p)),
  "multipart, boundary of RFC 2231 beside another": (p) =>
    body("multipart/form-data; boundary=abc; boundary*=utf-8''xYz", part(NAMED, p)),
  "multipart behind another type": (p) =>
    body("application/pdf; multipart/form-data; boundary=xYz", part(NAMED, p)),
  "multipart in UTF-7 as a whole": (p) => body(`${MULTIPART}; charset=utf-7`, part(NAMED, utf7(p))),
  "multipart, boundary within a line of a file": (p) =>
    body(MULTIPART, part(`${FILE}\r\nContent-Type: image/png`, `x--xYz\r\n${NAMED}\r\n\r\n${p}`)),
  "multipart, boundary behind a bare CR": (p) =>
    body(MULTIPART, part(`${FILE}\r\nContent-Type: image/png`, `x\r--xYz\r\n${NAMED}\r\n\r\n${p}`)),
  "multipart, file without a type": field(FILE),
  "multipart, file name in capitals": field(`${NAMED}; FILENAME="x.png"\r\nContent-Type: image/png`),
  "multipart, file name behind an escaped quote": field(
    'Content-Disposition: form-data; name="a\\\\"; filename="x.png"\r\nContent-Type: image/png',
  ),
  "multipart, file name behind NUL": field(
    'Content-Disposition: form-data; name="a"\0; filename="x.png"\r\nContent-Type: image/png',
  ),
  "multipart, file name behind a no-break space": field(
    'Content-Disposition: form-data; name="a";\u00a0filename="x.png"\r\nContent-Type: image/png',
  ),
  "multipart, file name that is empty the second time": field(
    `${FILE}; filename=""\r\nContent-Type: image/png`,
  ),
  "multipart, file name in EBCDIC": (p) =>
    body(MULTIPART, part(`${NAMED}; filename*=ibm037''${percentBytes(ebcdic(p))}`, "x")),
  "multipart, file name in pieces": (p) =>
    body(
      MULTIPART,
      part(`${NAMED}; ${[...p].map((char, i) => `filename*${i}*=${encoded(char)}`).join("; ")}`, "x"),
    ),
  "multipart, name as an encoded word": (p) =>
    body(
      MULTIPART,
      part(
        `Content-Disposition: form-data; name="=?utf-8?Q?${
          [...Buffer.from(p)].map((byte) => `=${byte.toString(16).padStart(2, "0")}`).join("")
        }?="`,
        "x",
      ),
    ),
  "multipart, type of a file": (p) => body(MULTIPART, part(`${FILE}\r\nContent-Type: ${p}`, "x")),
  "multipart, field in base64 with other characters": (p) =>
    body(
      MULTIPART,
      part(
        `${NAMED}\r\nContent-Transfer-Encoding: base64`,
        Buffer.from(p).toString("base64").replace(/./g, "$&!"),
      ),
    ),
  "multipart, first of two parts": (p) =>
    body(MULTIPART, part(NAMED, p, part('Content-Disposition: form-data; name="b"', "x"))),
  "multipart, no quotes": field("content-disposition:form-data;name=a"),
  "multipart, single quotes": field("Content-Disposition: form-data; name='a'"),
  "multipart, two names": field('Content-Disposition: form-data; name="a"; name="b"'),
  "multipart, empty file name": field('Content-Disposition: form-data; name="a"; filename=""'),
  "multipart, file name of RFC 5987 only": field(
    "Content-Disposition: form-data; name=\"a\"; filename*=utf-8''x.txt",
  ),
  "multipart, file name behind a semicolon in quotes": field(
    'Content-Disposition: form-data; name="a; filename=x.txt"',
  ),
  "multipart, field with a type": field(`${NAMED}\r\nContent-Type: text/plain; charset=utf-8`),
  "multipart, field in UTF-16": (p) =>
    body(
      MULTIPART,
      Buffer.concat([
        Buffer.from(`--xYz\r\n${NAMED}\r\nContent-Type: text/plain; charset=utf-16le\r\n\r\n`),
        utf16(p),
        Buffer.from("\r\n--xYz--\r\n"),
      ]),
    ),
  "multipart, field in UTF-7": (p) =>
    body(MULTIPART, part(`${NAMED}\r\nContent-Type: text/plain; charset=utf-7`, utf7(p))),
  "multipart, field in base64": (p) =>
    body(MULTIPART, part(`${NAMED}\r\nContent-Transfer-Encoding: base64`, Buffer.from(p).toString("base64"))),
  "multipart, quoted-printable": (p) =>
    body(
      MULTIPART,
      part(
        `${NAMED}\r\nContent-Transfer-Encoding: quoted-printable`,
        p.replace(/[^a-z0-9 ]/gi, (c) => `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`),
      ),
    ),
  "multipart, field that is JSON": (p) =>
    body(MULTIPART, part(`${NAMED}\r\nContent-Type: application/json`, `{"a":"${unicodeEscapes(p)}"}`)),
  "multipart, folded header": field('Content-Disposition: form-data;\r\n name="a"'),
  "multipart, two dispositions": field(
    'Content-Disposition: form-data; name="f"; filename="x"\r\nContent-Disposition: form-data; name="a"',
  ),
  "multipart, line feeds only": (p) => body(MULTIPART, `--xYz\n${NAMED}\n\n${p}\n--xYz--\n`),
  "multipart, before the first part": (p) => body(MULTIPART, `${p}\r\n${part(NAMED, "x")}`),
  "multipart, behind the last part": (p) => body(MULTIPART, `${part(NAMED, "x")}${part(NAMED, p)}`),
  "multipart that does not end": field(NAMED, ""),
  "multipart within multipart": (p) =>
    body(
      MULTIPART,
      part(
        `Content-Disposition: form-data; name="f"\r\nContent-Type: multipart/mixed; boundary=in`,
        `--in\r\n${NAMED}\r\n\r\n${p}\r\n--in--`,
      ),
    ),
  "multipart, name of a field": (p) =>
    body(MULTIPART, part(`Content-Disposition: form-data; name="${p.replaceAll('"', "%22")}"`, "x")),
  "multipart, another subtype": (p) => body("multipart/related; boundary=xYz", part(NAMED, p)),
  "gzip": (p) => body(FORM, gzipSync(form(p)), { "content-encoding": "gzip" }),
  "x-gzip in capitals": (p) => body(FORM, gzipSync(form(p)), { "content-encoding": "X-GZIP" }),
  "deflate": (p) => body(FORM, deflateSync(form(p)), { "content-encoding": "deflate" }),
  "raw deflate": (p) => body(FORM, deflateRawSync(form(p)), { "content-encoding": "deflate" }),
  "form behind the end of a deflated one": (p) =>
    body(FORM, Buffer.concat([deflateSync("b=1"), Buffer.from(`&${form(p)}`)]), {
      "content-encoding": "deflate",
    }),
  "brotli": (p) => body(FORM, brotliCompressSync(form(p)), { "content-encoding": "br" }),
  "zstd": (p) => body(FORM, zstdCompressSync(form(p)), { "content-encoding": "zstd" }),
  "gzip twice": (p) => body(FORM, gzipSync(gzipSync(form(p))), { "content-encoding": "gzip, gzip" }),
  "encoding that nobody knows": (p) => body(FORM, form(p), { "content-encoding": "whatever" }),
  "encoding that is none": (p) => body(FORM, form(p), { "content-encoding": "gzip" }),
};
