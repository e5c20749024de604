import {
  ABC_AND_NEXT,
  chunks,
  field,
  FIRST_AND_NEXT,
  framing,
  HOST,
  NEXT,
  NEXT_SERVED,
  refused,
  served,
  type WireCase,
} from "./wire_case.ts";

/** RFC 9112, 6.2; RFC 9110, 8.6. The classes CL.0, 0.CL and CL.CL. */
export const LENGTHS: readonly WireCase[] = [
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
export const CODINGS: readonly WireCase[] = [
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
  refused("chunked, chunked", framing("Transfer-Encoding: chunked, chunked"), "smuggling"),
  refused("empty Transfer-Encoding", framing("Transfer-Encoding:"), "smuggling"),
  refused("vertical tab before chunked", framing("Transfer-Encoding: \vchunked"), "malformed"),
  refused("NUL after chunked", framing("Transfer-Encoding: chunked\0"), "smuggling"),
  refused(
    "Transfer-Encoding twice",
    framing("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
    "smuggling",
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
export const CHUNKS: readonly WireCase[] = [
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
  refused("extension without a name", chunks("3;=b\r\nabc\r\n0\r\n\r\n"), "smuggling", "laxer"),
  refused("empty extension", chunks("3;\r\nabc\r\n0\r\n\r\n"), "smuggling"),
  refused("extension without its value", chunks("3;a=\r\nabc\r\n0\r\n\r\n"), "smuggling", "laxer"),
  refused("open quote in the extension", chunks('3;a="b\r\nabc\r\n0\r\n\r\n'), "smuggling"),
  refused("text after a quoted extension", chunks('3;a="b"c\r\nabc\r\n0\r\n\r\n'), "smuggling"),
  refused("extension of 300 bytes", chunks(`3;${"a".repeat(300)}\r\nabc\r\n0\r\n\r\n`), "smuggling", "laxer"),
  refused(
    "extensions that outweigh the data",
    chunks(`1;${"a".repeat(200)}\r\nx\r\n`.repeat(100) + "0\r\n\r\n"),
    "smuggling",
    "laxer",
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
  refused("folded trailer", chunks("3\r\nabc\r\n0\r\nX: y\r\n z\r\n\r\n"), "smuggling"),
  refused("NUL in a trailer", chunks("3\r\nabc\r\n0\r\nX: \0\r\n\r\n"), "smuggling"),
  refused("Content-Length as trailer", chunks("3\r\nabc\r\n0\r\nContent-Length: 9\r\n\r\n"), "smuggling"),
  refused(
    "Transfer-Encoding as trailer",
    chunks("3\r\nabc\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    "smuggling",
  ),
  refused("Host as trailer", chunks("3\r\nabc\r\n0\r\nHost: b.test\r\n\r\n"), "smuggling", "laxer"),
  refused(
    "trailers over 8 KiB",
    chunks(`3\r\nabc\r\n0\r\nX: ${"y".repeat(9_000)}\r\n\r\n`),
    "malformed",
    "laxer",
  ),
];
