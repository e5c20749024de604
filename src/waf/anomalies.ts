/**
 * What is wrong with how a request is written, whatever its values say. The names are values of the target
 * `anomalies`, so that what happens on each is a rule like any other.
 */
export const ANOMALIES = Object.freeze({
  "content-type-repeated": "more than one Content-Type field, or one of its parameters twice",
  "content-type-malformed": "Content-Type that does not parse",
  "charset-unknown": "a charset that is none of UTF-8, UTF-16, UTF-7, ISO-8859-1, windows-1252, US-ASCII",
  "charset-unusual": "a charset that hides ASCII from a reader of bytes: UTF-7, UTF-16, IBM and EBCDIC pages",
  "encoding-unknown":
    "a Content-Encoding of the request that is none of gzip, deflate, br, zstd, identity, aws-chunked",
  "encoding-repeated": "more than one Content-Encoding",
  "encoding-malformed": "a compressed body that does not inflate",
  "encoding-too-large": "a compressed body over the inspection limits (size, ratio or layers)",
  "json-malformed": "declared JSON that does not parse",
  "json-repeated-key": "an object that has one key twice",
  "json-too-deep": "JSON nested deeper than the limit",
  "xml-malformed": "declared XML that does not parse",
  "xml-doctype": "XML with a document type declaration",
  "xml-entity": "XML that declares entities",
  "xml-too-deep": "XML nested deeper than the limit",
  "multipart-malformed": "multipart that does not follow its boundary",
  "multipart-no-boundary": "multipart without a usable boundary",
  "multipart-repeated-header": "a part with one header field twice, or one parameter twice",
  "multipart-unknown-header": "a part with a header field that RFC 7578 does not know",
  "multipart-charset": "a part that declares a charset other than UTF-8 (CVE-2026-21876)",
  "multipart-hidden-delimiter": "the boundary of a multipart body within a line of its content",
  "multipart-epilogue": "bytes after the final boundary",
  "multipart-unclosed": "multipart without its final boundary",
  "multipart-encoding": "a part with Content-Transfer-Encoding other than 7bit, 8bit or binary",
  "query-malformed-escape": "a percent sign without two hexadecimal digits in the query",
  "double-encoding": "a parameter that is still percent-encoded after decoding",
  "too-many-values": "more parameters than are inspected one by one",
  "body-with-get": "a GET, HEAD, DELETE or OPTIONS request with a body",
  "body-type-missing": "a body without Content-Type",
  "inspection-exhausted": "the time for one request was used up before everything was inspected",
});

export type Anomaly = keyof typeof ANOMALIES;
