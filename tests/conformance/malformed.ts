import type { Reason } from "../../src/core/reason.ts";

/**
 * Requests that parsers read differently, or that nobody should read at all, each with its one fixed fate. Bytes are
 * byte strings: one char a byte.
 */
export interface WireCase {
  readonly name: string;
  readonly bytes: string;
  /** What reaches the handler whole, in order: `METHOD target body`. */
  readonly served: readonly string[];
  /** Why the rest is refused; null where all was served. */
  readonly refused: Reason | null;
  /**
   * How Node's parser differs, where it does: `laxer` serves what we refuse, `stricter` refuses what we serve. Nothing
   * may be served by both and differ.
   */
  readonly node: "same" | "laxer" | "stricter";
}

type Difference = WireCase["node"];

const HOST = "Host: a.test\r\n";
const NEXT = "GET /next HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";

function refused(name: string, bytes: string, reason: Reason, node: Difference = "same"): WireCase {
  return { name, bytes, served: [], refused: reason, node };
}

function served(
  name: string,
  bytes: string,
  requests: readonly string[],
  node: Difference = "same",
): WireCase {
  return { name, bytes, served: requests, refused: null, node };
}

/** A request line under test, with all else in order. */
function line(text: string): string {
  return `${text}\r\n${HOST}Connection: close\r\n\r\n`;
}

/** One field under test in a GET, then a request that must not be reached where it is refused. */
function field(text: string): string {
  return `GET / HTTP/1.1\r\n${HOST}${text}\r\n\r\n${NEXT}`;
}

/** A Host under test. */
function host(text: string): string {
  return `GET / HTTP/1.1\r\n${text}Connection: close\r\n\r\n`;
}

/** Framing fields under test in a POST, then its body as both framings would end it. */
function framing(fields: string, body = "3\r\nabc\r\n0\r\n\r\n"): string {
  return `POST / HTTP/1.1\r\n${HOST}${fields}\r\n\r\n${body}${NEXT}`;
}

/** A chunked body under test. */
function chunks(body: string): string {
  return `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${body}${NEXT}`;
}

const NEXT_SERVED = "GET /next ";
const ABC_AND_NEXT = ["POST / abc", NEXT_SERVED];
const FIRST_AND_NEXT = ["GET / ", NEXT_SERVED];

/** RFC 9112, 3. */
const REQUEST_LINES: readonly WireCase[] = [
  refused("two blanks after the method", line("GET  / HTTP/1.1"), "malformed"),
  refused("two blanks before the version", line("GET /  HTTP/1.1"), "malformed"),
  refused("tab after the method", line("GET\t/ HTTP/1.1"), "malformed"),
  refused("tab before the version", line("GET /\tHTTP/1.1"), "malformed"),
  refused("vertical tab before the version", line("GET /\vHTTP/1.1"), "malformed"),
  refused("blank before the method", line(" GET / HTTP/1.1"), "malformed"),
  refused("blank after the version", line("GET / HTTP/1.1 "), "malformed"),
  refused("blank in the target", line("GET /a b HTTP/1.1"), "malformed"),
  refused("second version", line("GET / HTTP/1.1 HTTP/1.1"), "malformed"),
  refused("no version", line("GET /"), "malformed"),
  refused("no target", line("GET HTTP/1.1"), "malformed"),
  refused("method alone", line("GET"), "malformed"),
  refused("lower-case protocol", line("GET / http/1.1"), "malformed"),
  refused("version 1.2", line("GET / HTTP/1.2"), "malformed"),
  refused("version 1.10", line("GET / HTTP/1.10"), "malformed"),
  refused("version 2.0", line("GET / HTTP/2.0"), "malformed"),
  refused("version 0.9", line("GET / HTTP/0.9"), "malformed"),
  refused("version with a comma", line("GET / HTTP/1,1"), "malformed"),
  refused("version with a leading zero", line("GET / HTTP/01.1"), "malformed"),
  refused("control byte after the version", line("GET / HTTP/1.1\v"), "malformed"),
  refused("other protocol", line("GET / ICY/1.1"), "malformed"),
  refused("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "malformed"),
  refused("@ in the method", line("G@T / HTTP/1.1"), "malformed"),
  refused("slash in the method", line("GET/ / HTTP/1.1"), "malformed"),
  refused("method of 33 letters", line("A".repeat(33) + " / HTTP/1.1"), "malformed"),
  served("method in lower case is another method", line("get / HTTP/1.1"), ["get / "], "stricter"),
  refused("NUL in the method", line("G\0T / HTTP/1.1"), "smuggling"),
  refused("NUL in the target", line("GET /\0 HTTP/1.1"), "smuggling"),
  refused("NUL in the version", line("GET / HTTP/1.\0"), "smuggling"),
  refused("CR in the target", line("GET /\rx HTTP/1.1"), "smuggling"),
  refused("LF in the target", line("GET /\nx HTTP/1.1"), "smuggling"),
  refused("request line ends in LF", `GET / HTTP/1.1\n${HOST}\r\n`, "smuggling"),
  refused("request line ends in CR", `GET / HTTP/1.1\r${HOST}\r\n`, "smuggling"),
  refused("request line ends in CR CR LF", `GET / HTTP/1.1\r\r\n${HOST}\r\n`, "smuggling"),
  refused("DEL in the target", line("GET /\x7f HTTP/1.1"), "malformed"),
  refused("control byte in the target", line("GET /\x01 HTTP/1.1"), "malformed"),
  refused("escape byte in the target", line("GET /\x1b[2J HTTP/1.1"), "malformed"),
  refused("fragment in the target", line("GET /a#b HTTP/1.1"), "malformed", "laxer"),
  refused("target without slash", line("GET index.html HTTP/1.1"), "malformed"),
  refused("target is a query", line("GET ?a=b HTTP/1.1"), "malformed"),
  refused("* for GET", line("GET * HTTP/1.1"), "malformed", "laxer"),
  served("* for OPTIONS", line("OPTIONS * HTTP/1.1"), ["OPTIONS * "]),
  refused("CONNECT", `CONNECT a.test:443 HTTP/1.1\r\n${HOST}\r\n`, "malformed"),
  refused("CONNECT with a path", line("CONNECT / HTTP/1.1"), "malformed"),
  served("absolute form with the same host", line("GET http://a.test/x?y HTTP/1.1"), ["GET /x?y "]),
  served("absolute form in capitals", line("GET HTTP://A.Test/x HTTP/1.1"), ["GET /x "]),
  served("absolute form without a path", line("GET http://a.test HTTP/1.1"), ["GET / "]),
  served("absolute form with a query alone", line("GET http://a.test?b HTTP/1.1"), ["GET /?b "]),
  refused("absolute form with another host", line("GET http://b.test/ HTTP/1.1"), "malformed", "laxer"),
  refused("absolute form with another port", line("GET http://a.test:81/ HTTP/1.1"), "malformed", "laxer"),
  refused("absolute form with userinfo", line("GET http://u@a.test/ HTTP/1.1"), "malformed", "laxer"),
  refused("absolute form without a host", line("GET http:///x HTTP/1.1"), "malformed"),
  refused(
    "absolute form with https in the clear",
    line("GET https://a.test/ HTTP/1.1"),
    "malformed",
    "laxer",
  ),
  refused("absolute form of another scheme", line("GET ftp://a.test/ HTTP/1.1"), "malformed", "laxer"),
  refused("request line over 8 KiB", line(`GET /${"a".repeat(8_192)} HTTP/1.1`), "uri_too_long", "laxer"),
  served("request line of 8 KiB", line(`GET /${"a".repeat(8_178)} HTTP/1.1`), [`GET /${"a".repeat(8_178)} `]),
  served("one empty line before", "\r\n" + NEXT, [NEXT_SERVED]),
  refused("two empty lines before", "\r\n\r\n" + NEXT, "malformed", "laxer"),
  refused("bare LF before", "\n" + NEXT, "smuggling", "laxer"),
  refused("bare CR before", "\r" + NEXT, "smuggling", "laxer"),
  served("bytes over 0x7f in the target", line("GET /caf\xe9 HTTP/1.1"), ["GET /caf\xe9 "], "stricter"),
  served("unwise but common bytes in the target", line('GET /a"<>\\^`{|} HTTP/1.1'), ['GET /a"<>\\^`{|} ']),
];

/** RFC 9112, 3.2; RFC 9110, 7.2. */
const HOSTS: readonly WireCase[] = [
  refused("no Host", host(""), "malformed"),
  refused("no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "malformed", "laxer"),
  refused("Host twice", host(HOST + HOST), "malformed", "laxer"),
  refused("two Hosts that differ", host(HOST + "Host: b.test\r\n"), "malformed", "laxer"),
  refused("empty Host", host("Host:\r\n"), "malformed", "laxer"),
  refused("Host of blanks", host("Host:  \t\r\n"), "malformed", "laxer"),
  refused("blank in Host", host("Host: a b\r\n"), "malformed", "laxer"),
  refused("list in Host", host("Host: a.test,b.test\r\n"), "malformed", "laxer"),
  refused("userinfo in Host", host("Host: u@a.test\r\n"), "malformed", "laxer"),
  refused("path in Host", host("Host: a.test/x\r\n"), "malformed", "laxer"),
  refused("query in Host", host("Host: a.test?x\r\n"), "malformed", "laxer"),
  refused("fragment in Host", host("Host: a.test#x\r\n"), "malformed", "laxer"),
  refused("scheme in Host", host("Host: http://a.test\r\n"), "malformed", "laxer"),
  refused("backslash in Host", host("Host: a.test\\b\r\n"), "malformed", "laxer"),
  refused("letters in the port", host("Host: a.test:80x\r\n"), "malformed", "laxer"),
  refused("port over 65535", host("Host: a.test:65536\r\n"), "malformed", "laxer"),
  refused("empty port", host("Host: a.test:\r\n"), "malformed", "laxer"),
  refused("two ports", host("Host: a.test:80:81\r\n"), "malformed", "laxer"),
  refused("open bracket in Host", host("Host: [::1\r\n"), "malformed", "laxer"),
  refused("no IPv6 address in brackets", host("Host: [::1::]\r\n"), "malformed", "laxer"),
  refused("zone in Host", host("Host: [fe80::1%25eth0]\r\n"), "malformed", "laxer"),
  refused("empty label in Host", host("Host: a..test\r\n"), "malformed", "laxer"),
  refused("leading dot in Host", host("Host: .a.test\r\n"), "malformed", "laxer"),
  refused("percent-encoding in Host", host("Host: %61.test\r\n"), "malformed", "laxer"),
  refused("bytes over 0x7f in Host", host("Host: \xe4.test\r\n"), "malformed", "laxer"),
  refused("Host of 300 letters", host(`Host: ${"a".repeat(300)}\r\n`), "malformed", "laxer"),
  served("Host in capitals with a port", host("HOST: A.TEST:8080\r\n"), ["GET / "]),
  served("IPv6 Host", host("Host: [2001:db8::1]:80\r\n"), ["GET / "]),
  served("Host with a final dot and an underscore", host("Host: a_b.test.\r\n"), ["GET / "]),
];

/** RFC 9112, 2.2 and 5; RFC 9110, 5.5. */
const FIELDS: readonly WireCase[] = [
  refused("blank before the colon", field("X : y"), "smuggling"),
  refused("tab before the colon", field("X\t: y"), "smuggling"),
  refused("blank before the colon of Transfer-Encoding", framing("Transfer-Encoding : chunked"), "smuggling"),
  refused("blank before the colon of Content-Length", framing("Content-Length : 3", "abc"), "smuggling"),
  refused("blank in a name", field("X Y: z"), "smuggling"),
  refused("field folded by a blank", field("X: y\r\n z"), "smuggling", "laxer"),
  refused("field folded by a tab", field("X: y\r\n\tz"), "smuggling", "laxer"),
  refused("Transfer-Encoding folded", framing("Transfer-Encoding:\r\n chunked"), "smuggling", "laxer"),
  refused("first field starts with a blank", `GET / HTTP/1.1\r\n X: y\r\n${HOST}\r\n${NEXT}`, "smuggling"),
  refused("line of one blank", field("X: y\r\n "), "smuggling", "laxer"),
  refused("field line ends in LF", field("X: y\nZ: z"), "smuggling"),
  refused("field line ends in CR", field("X: y\rZ: z"), "smuggling"),
  refused("field line ends in CR CR LF", field("X: y\r"), "smuggling"),
  refused("head ends in LF LF", `GET / HTTP/1.1\r\n${HOST}\n\n`, "smuggling"),
  refused("head ends in CR LF LF", `GET / HTTP/1.1\r\n${HOST.slice(0, -2)}\r\n\n`, "smuggling"),
  refused("bare CR hides a field", framing("X: y\rTransfer-Encoding: chunked"), "smuggling"),
  refused("bare LF hides a field", framing("X: y\nTransfer-Encoding: chunked"), "smuggling"),
  refused("NUL in a value", field("X: a\0b"), "smuggling"),
  refused("NUL in a name", field("X\0: a"), "smuggling"),
  refused("CR in a name", field("X\rY: a"), "smuggling"),
  refused("control byte in a value", field("X: a\x01b"), "malformed"),
  refused("DEL in a value", field("X: a\x7fb"), "malformed"),
  refused("vertical tab in a value", field("X: \va"), "malformed"),
  refused("form feed in a value", field("X: a\f"), "malformed"),
  refused("escape byte in a value", field("X: \x1b[31m"), "malformed"),
  refused("no colon", field("XY"), "malformed"),
  refused("no name", field(": y"), "malformed"),
  refused("bracket in a name", field("X(: y"), "malformed"),
  refused("bytes over 0x7f in a name", field("X\xe4: y"), "malformed"),
  refused("quote in a name", field('"X": y'), "malformed"),
  refused("slash in a name", field("X/Y: z"), "malformed"),
  served("tab in a value", field("X: a\tb"), FIRST_AND_NEXT),
  served("blanks and tabs around a value", field("X: \t a \t "), FIRST_AND_NEXT),
  served("empty value", field("X:"), FIRST_AND_NEXT),
  served("bytes over 0x7f in a value", field("X: \xc3\xa4\xff"), FIRST_AND_NEXT),
  served("every mark that a name may have", field("!#$%&'*+-.^_`|~9: y"), FIRST_AND_NEXT),
  served("128 fields", field("X: y\r\n".repeat(126) + "Z: z"), FIRST_AND_NEXT),
  refused("129 fields", field("X: y\r\n".repeat(127) + "Z: z"), "head_too_large", "laxer"),
  refused("head over 64 KiB", field("X: " + "y".repeat(65_600)), "head_too_large", "laxer"),
  refused("unknown expectation", field("Expect: the-unexpected"), "malformed", "laxer"),
  refused("list of expectations", field("Expect: 100-continue, x"), "malformed", "laxer"),
];

/** RFC 9112, 6.2; RFC 9110, 8.6. The classes CL.0, 0.CL and CL.CL. */
const LENGTHS: readonly WireCase[] = [
  ...["+3", "-3", "0x3", "3_0", "3e0", "3.0", "3 3", "3,3", "3, 3", "3;", '"3"', "three", "\xa03", "3\xa0"]
    .map((
      text,
    ) =>
      refused(
        `Content-Length ${JSON.stringify(text)}`,
        framing(`Content-Length: ${text}`, "abc"),
        "smuggling",
      )
    ),
  refused("empty Content-Length", framing("Content-Length:", "abc"), "smuggling"),
  refused("Content-Length of blanks", framing("Content-Length: \t ", "abc"), "smuggling"),
  refused("Arabic digits", framing("Content-Length: \xd9\xa3", "abc"), "smuggling"),
  refused("vertical tab before the length", framing("Content-Length: \v3", "abc"), "malformed"),
  refused("length of 2^64", framing("Content-Length: 18446744073709551616", "abc"), "smuggling"),
  refused("length of 16 digits", framing("Content-Length: 0000000000000003", "abc"), "smuggling", "laxer"),
  refused("same length twice", framing("Content-Length: 3\r\nContent-Length: 3", "abc"), "smuggling"),
  refused("two lengths", framing("Content-Length: 3\r\nContent-Length: 0", "abc"), "smuggling"),
  refused("0 and a length", framing("Content-Length: 0\r\nContent-Length: 3", "abc"), "smuggling"),
  served("length with leading zeros", framing("Content-Length: 003", "abc"), ABC_AND_NEXT),
  served("length between blanks", framing("Content-Length: \t3 ", "abc"), ABC_AND_NEXT),
  served("length 0", framing("Content-Length: 0", ""), ["POST / ", NEXT_SERVED]),
  served("no length is length 0", framing("X: y", ""), ["POST / ", NEXT_SERVED]),
  served("GET with a body", `GET / HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc${NEXT}`, [
    "GET / abc",
    NEXT_SERVED,
  ]),
  served("underscore is another name", framing("Content_Length: 3", ""), ["POST / ", NEXT_SERVED]),
];

/** RFC 9112, 6.1 and 6.3. The classes CL.TE, TE.CL and TE.TE. */
const CODINGS: readonly WireCase[] = [
  refused("length, then coding", framing("Content-Length: 3\r\nTransfer-Encoding: chunked"), "smuggling"),
  refused("coding, then length", framing("Transfer-Encoding: chunked\r\nContent-Length: 3"), "smuggling"),
  refused("coding and length 0", framing("Transfer-Encoding: chunked\r\nContent-Length: 0"), "smuggling"),
  refused(
    "unknown coding and length",
    framing("Transfer-Encoding: x\r\nContent-Length: 3", "abc"),
    "smuggling",
  ),
  ...["Chunked", "CHUNKED"].map((text) =>
    refused(`Transfer-Encoding ${text}`, framing(`Transfer-Encoding: ${text}`), "smuggling", "laxer")
  ),
  ...["gzip, chunked", "identity, chunked", "x, chunked", ",chunked"].map((text) =>
    refused(`Transfer-Encoding ${text}`, framing(`Transfer-Encoding: ${text}`), "smuggling", "laxer")
  ),
  ...[
    "identity",
    "gzip",
    "xchunked",
    "chunkedx",
    "chunked, identity",
    "chunked;q=1",
    '"chunked"',
    "'chunked'",
    "chunked,",
    "chunk",
    "\xa0chunked",
    "chunked\xa0",
    "c hunked",
    "\x85chunked",
  ].map((text) =>
    refused(
      `Transfer-Encoding ${JSON.stringify(text)}`,
      framing(`Transfer-Encoding: ${text}`),
      "smuggling",
    )
  ),
  refused("chunked, chunked", framing("Transfer-Encoding: chunked, chunked"), "smuggling", "laxer"),
  refused("empty Transfer-Encoding", framing("Transfer-Encoding:"), "smuggling"),
  refused("vertical tab before chunked", framing("Transfer-Encoding: \vchunked"), "malformed"),
  refused("NUL after chunked", framing("Transfer-Encoding: chunked\0"), "smuggling"),
  refused(
    "Transfer-Encoding twice",
    framing("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
    "smuggling",
    "laxer",
  ),
  refused(
    "identity, then chunked",
    framing("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"),
    "smuggling",
    "laxer",
  ),
  refused(
    "chunked, then identity",
    framing("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
    "smuggling",
  ),
  refused(
    "chunked in HTTP/1.0",
    `POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    "smuggling",
    "laxer",
  ),
  served("tab before chunked", framing("Transfer-Encoding:\tchunked"), ABC_AND_NEXT),
  served("blanks after chunked", framing("Transfer-Encoding: chunked  "), ABC_AND_NEXT),
  served("name in capitals", framing("TRANSFER-ENCODING: chunked"), ABC_AND_NEXT),
  served("TE is no coding", field("TE: chunked"), FIRST_AND_NEXT),
];

/** RFC 9112, 7.1. */
const CHUNKS: readonly WireCase[] = [
  ...["0x3", "+3", "-3", "_3", "3_", " 3", "\t3", "g", "3g", ";a", "3.0", "3,", "\xb3", "3\v"].map((size) =>
    refused(`chunk size ${JSON.stringify(size)}`, chunks(`${size}\r\nabc\r\n0\r\n\r\n`), "smuggling")
  ),
  refused("empty chunk size", chunks("\r\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("blank after the chunk size", chunks("3 \r\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("tab after the chunk size", chunks("3\t\r\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("chunk size of 17 digits", chunks("00000000000000003\r\nabc\r\n0\r\n\r\n"), "smuggling", "laxer"),
  refused("chunk size over 2^64", chunks("10000000000000003\r\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("chunk size of 2^64 - 1", chunks("FFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n"), "smuggling", "same"),
  refused("chunk size ends in LF", chunks("3\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("chunk size ends in CR", chunks("3\rabc\r\n0\r\n\r\n"), "smuggling"),
  refused("chunk size ends in CR CR LF", chunks("3\r\r\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("chunk longer than its size", chunks("3\r\nabcd\r\n0\r\n\r\n"), "smuggling"),
  refused("chunk ends in LF", chunks("3\r\nabc\n0\r\n\r\n"), "smuggling"),
  refused("chunk ends in CR", chunks("3\r\nabc\r0\r\n\r\n"), "smuggling"),
  refused("chunk without an end", chunks("3\r\nabc0\r\n\r\n"), "smuggling"),
  refused("blank before the extension", chunks("3 ;a\r\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("blank in the extension", chunks("3; a=b\r\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("LF in the extension", chunks("3;a\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("CR in the extension", chunks("3;a\rb\r\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("NUL in the extension", chunks("3;a\0\r\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("LF in a quoted extension", chunks('3;a="\n"\r\nabc\r\n0\r\n\r\n'), "smuggling"),
  refused("extension without a name", chunks("3;=b\r\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("empty extension", chunks("3;\r\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("extension without its value", chunks("3;a=\r\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("open quote in the extension", chunks('3;a="b\r\nabc\r\n0\r\n\r\n'), "smuggling"),
  refused("text after a quoted extension", chunks('3;a="b"c\r\nabc\r\n0\r\n\r\n'), "smuggling"),
  refused("extension of 300 bytes", chunks(`3;${"a".repeat(300)}\r\nabc\r\n0\r\n\r\n`), "smuggling", "laxer"),
  refused(
    "extensions that outweigh the data",
    chunks(`1;${"a".repeat(200)}\r\nx\r\n`.repeat(100) + "0\r\n\r\n"),
    "smuggling",
  ),
  served("chunk size of 12 digits", chunks("000000000003\r\nabc\r\n0\r\n\r\n"), ABC_AND_NEXT),
  served("hexadecimal in both cases", chunks("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"), [
    "POST / 01234567890123456789",
    NEXT_SERVED,
  ]),
  served("extensions by the grammar", chunks('3;a;b=c;d="e\\"f"\r\nabc\r\n0;z\r\n\r\n'), ABC_AND_NEXT),
  served("last chunk of several zeros", chunks("3\r\nabc\r\n000\r\n\r\n"), ABC_AND_NEXT),
  served("trailers", chunks("3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n"), ABC_AND_NEXT),
  refused("trailer line ends in LF", chunks("3\r\nabc\r\n0\r\nX: y\n\r\n"), "smuggling"),
  refused("trailer section ends in LF", chunks("3\r\nabc\r\n0\r\n\n"), "smuggling"),
  refused("blank before the colon of a trailer", chunks("3\r\nabc\r\n0\r\nX : y\r\n\r\n"), "smuggling"),
  refused("folded trailer", chunks("3\r\nabc\r\n0\r\nX: y\r\n z\r\n\r\n"), "smuggling", "laxer"),
  refused("NUL in a trailer", chunks("3\r\nabc\r\n0\r\nX: \0\r\n\r\n"), "smuggling"),
  refused("Content-Length as trailer", chunks("3\r\nabc\r\n0\r\nContent-Length: 9\r\n\r\n"), "smuggling"),
  refused(
    "Transfer-Encoding as trailer",
    chunks("3\r\nabc\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    "smuggling",
    "laxer",
  ),
  refused("Host as trailer", chunks("3\r\nabc\r\n0\r\nHost: b.test\r\n\r\n"), "smuggling", "laxer"),
  refused(
    "trailers over 8 KiB",
    chunks(`3\r\nabc\r\n0\r\nX: ${"y".repeat(9_000)}\r\n\r\n`),
    "malformed",
    "laxer",
  ),
];

/** What stands before a refusal has been served, what stands after it never is. */
const SEQUENCES: readonly WireCase[] = [
  {
    name: "good, then bad",
    bytes: NEXT.replace("Connection: close\r\n", "") + field("X : y"),
    served: [NEXT_SERVED],
    refused: "smuggling",
    node: "same",
  },
  {
    name: "a request in the body of a chunked one",
    bytes: chunks("25\r\nGET /admin HTTP/1.1\r\nHost: a.test\r\n\r\n\r\n0\r\n\r\n"),
    served: ["POST / GET /admin HTTP/1.1\r\nHost: a.test\r\n\r\n", NEXT_SERVED],
    refused: null,
    node: "same",
  },
  {
    name: "nothing is served after connection: close",
    bytes: NEXT + NEXT,
    served: [NEXT_SERVED],
    refused: null,
    node: "same",
  },
  {
    name: "a CRLF after a body",
    bytes: framing("Content-Length: 3", "abc\r\n"),
    served: ABC_AND_NEXT,
    refused: null,
    node: "same",
  },
  {
    name: "a body longer than its length",
    bytes: framing("Content-Length: 3", "abcX"),
    served: ["POST / abc", "XGET /next "],
    refused: null,
    node: "stricter",
  },
];

export const WIRE_CASES: readonly WireCase[] = [
  ...REQUEST_LINES,
  ...HOSTS,
  ...FIELDS,
  ...LENGTHS,
  ...CODINGS,
  ...CHUNKS,
  ...SEQUENCES,
];
