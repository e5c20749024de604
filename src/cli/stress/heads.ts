/** Header fields that the requests of a stress run carry, in their order on the wire. */
export type Fields = readonly (readonly [string, string])[];

const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const BRANDS = '"Chromium";v="141", "Not?A_Brand";v="8", "Google Chrome";v="141"';
const HINTS: Fields = [["sec-ch-ua", BRANDS], ["sec-ch-ua-mobile", "?0"], ["sec-ch-ua-platform", '"Linux"']];
const LANGUAGES: Fields = [["Accept-Encoding", "gzip, deflate, br, zstd"], [
  "Accept-Language",
  "en-GB,en;q=0.9",
]];

/** Somebody who opens a page in Chromium. */
export const NAVIGATION: Fields = [
  ["Connection", "keep-alive"],
  ...HINTS,
  ["Upgrade-Insecure-Requests", "1"],
  ["User-Agent", CHROME],
  ["Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"],
  ["Sec-Fetch-Site", "none"],
  ["Sec-Fetch-Mode", "navigate"],
  ["Sec-Fetch-User", "?1"],
  ["Sec-Fetch-Dest", "document"],
  ...LANGUAGES,
];

/** A script of a page in Chromium: who attacks by one looks like everybody else until the payload is read. */
export const FETCH: Fields = [
  ["Connection", "keep-alive"],
  HINTS[2]!,
  ["User-Agent", CHROME],
  HINTS[0]!,
  HINTS[1]!,
  ["Accept", "*/*"],
  ["Sec-Fetch-Site", "same-origin"],
  ["Sec-Fetch-Mode", "cors"],
  ["Sec-Fetch-Dest", "empty"],
  ...LANGUAGES,
];

/** Programs as they introduce themselves. */
export const PROGRAMS: readonly Fields[] = [
  [["User-Agent", "curl/8.10.1"], ["Accept", "*/*"]],
  [["User-Agent", "python-requests/2.32.3"], ["Accept-Encoding", "gzip, deflate"], ["Accept", "*/*"]],
  [["User-Agent", "Go-http-client/1.1"], ["Accept-Encoding", "gzip"]],
  [["User-Agent", "sqlmap/1.8.4#stable (https://sqlmap.org)"], ["Accept", "*/*"]],
  [["User-Agent", "Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:000001)"]],
  [],
];
