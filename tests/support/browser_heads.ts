/**
 * Heads of requests as browsers send them, in their order: what a bot score must never take for a program's.
 * Names as on the wire; HTTP/2's pseudo-headers are left out, as the codec does, and `host` comes first.
 */
export interface BrowserHead {
  readonly what: string;
  readonly protocol: "HTTP/1.1" | "HTTP/2";
  readonly isTls: boolean;
  readonly isUpgrade?: true;
  readonly fields: readonly (readonly [string, string])[];
}

const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const EDGE = `${CHROME} Edg/141.0.0.0`;
const ANDROID =
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 " +
  "Mobile Safari/537.36";
const WEBVIEW = "Mozilla/5.0 (Linux; Android 14; SM-A546B Build/UP1A.231005.007; wv) AppleWebKit/537.36 " +
  "(KHTML, like Gecko) Version/4.0 Chrome/139.0.7258.143 Mobile Safari/537.36";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
const SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
  "Version/18.5 Safari/605.1.15";
const OLD_SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 14_8 like Mac OS X) AppleWebKit/605.1.15 " +
  "(KHTML, like Gecko) Version/14.1.2 Mobile/15E148 Safari/604.1";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
  "Version/18.5 Mobile/15E148 Safari/604.1";
const CHROME_ON_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 " +
  "(KHTML, like Gecko) CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1";

const HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const CHROME_HTML =
  "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8";
const IMAGE = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";
const BRANDS = '"Chromium";v="141", "Not?A_Brand";v="8", "Google Chrome";v="141"';

type Fields = readonly (readonly [string, string])[];
type Site = readonly [mode: string, dest: string];

const HINTS: Fields = [["sec-ch-ua", BRANDS], ["sec-ch-ua-mobile", "?0"], ["sec-ch-ua-platform", '"Linux"']];
const WEBSOCKET: Fields = [["Sec-WebSocket-Version", "13"], [
  "Sec-WebSocket-Key",
  "dGhlIHNhbXBsZSBub25jZQ==",
]];

function fetchSite([mode, dest]: Site): Fields {
  return [["Sec-Fetch-Site", "same-origin"], ["Sec-Fetch-Mode", mode], ["Sec-Fetch-Dest", dest]];
}

/** Chromium: `own` stands where the page's and the loader's fields do, between its first and its last ones. */
function chromium(
  userAgent: string,
  accept: string,
  site: Site,
  over: "h1" | "h1s" | "h2",
  own: Fields = [],
): Fields {
  const isTls = over !== "h1";
  return [
    ["Host", "shop.test"],
    ...(over === "h2" ? [] : [["Connection", "keep-alive"]] as const),
    ...(isTls ? HINTS : []),
    ...(site[0] === "navigate" ? [["Upgrade-Insecure-Requests", "1"]] as const : []),
    ["User-Agent", userAgent],
    ...own,
    ["Accept", accept],
    ...(isTls ? fetchSite(site) : []),
    ...(site[0] === "navigate" ? [] : [["Referer", "https://shop.test/"]] as const),
    ["Accept-Encoding", isTls ? "gzip, deflate, br, zstd" : "gzip, deflate"],
    ["Accept-Language", "en-US,en;q=0.9"],
  ];
}

function firefox(accept: string, site: Site, over: "h1" | "h1s" | "h2", own: Fields = []): Fields {
  return [
    ["Host", "shop.test"],
    ["User-Agent", FIREFOX],
    ["Accept", accept],
    ["Accept-Language", "en-US,en;q=0.5"],
    ["Accept-Encoding", over === "h1" ? "gzip, deflate" : "gzip, deflate, br, zstd"],
    ...own,
    ...(over === "h2" ? [] : [["Connection", "keep-alive"]] as const),
    ...(over === "h1" ? [] : fetchSite(site)),
    ["Priority", "u=0, i"],
  ];
}

/** Safari orders its fields in ways of its own, so nothing is concluded from them. */
function safari(userAgent: string, accept: string, site: Site | null, over: "h1" | "h1s" | "h2"): Fields {
  const tls = over !== "h1" && site !== null;
  return [
    ["Host", "shop.test"],
    ...(tls ? [["Sec-Fetch-Dest", site[1]], ["Sec-Fetch-Site", "none"]] as const : []),
    ["Accept-Encoding", "gzip, deflate, br"],
    ...(over === "h2" ? [] : [["Connection", "keep-alive"]] as const),
    ...(tls ? [["Sec-Fetch-Mode", site[0]]] as const : []),
    ["Accept", accept],
    ["User-Agent", userAgent],
    ["Accept-Language", "de-DE,de;q=0.9"],
  ];
}

const NAVIGATE: Site = ["navigate", "document"];
const IMAGES: Site = ["no-cors", "image"];
const FETCH: Site = ["cors", "empty"];
const WORKER: Site = ["same-origin", "serviceworker"];

const WAYS = [["h1", "HTTP/1.1", false], ["h1s", "HTTP/1.1", true], ["h2", "HTTP/2", true]] as const;

const EVERYDAY: readonly BrowserHead[] = WAYS.flatMap(([over, protocol, isTls]) => {
  const head = (what: string, fields: Fields): BrowserHead => ({
    what: `${what} over ${protocol}${isTls ? " and TLS" : ""}`,
    protocol,
    isTls,
    fields,
  });
  const json: Fields = [["Content-Type", "application/json"], ["Content-Length", "2"]];
  return [
    head("Chrome navigates", chromium(CHROME, CHROME_HTML, NAVIGATE, over)),
    head("Chrome loads an image", chromium(CHROME, IMAGE, IMAGES, over)),
    head("Chrome fetches JSON", chromium(CHROME, "application/json", FETCH, over, json)),
    head(
      "Chrome sends what a page sets itself",
      chromium(CHROME, "*/*", FETCH, over, [["accept-language", "fr"]]),
    ),
    head(
      "Chrome updates a service worker",
      chromium(CHROME, "*/*", WORKER, over, [["Service-Worker", "script"]]),
    ),
    head(
      "Chrome listens to events",
      chromium(CHROME, "text/event-stream", FETCH, over, [["Cache-Control", "no-cache"]]),
    ),
    head("Chrome asks for a part of a video", [
      ...chromium(CHROME, "*/*", ["no-cors", "video"], over).filter(([name]) => name !== "Accept-Encoding"),
      ["Accept-Encoding", "identity;q=1, *;q=0"],
      ["Range", "bytes=0-"],
    ]),
    head(
      "Chrome asks before it posts",
      chromium(CHROME, "*/*", FETCH, over, [["Access-Control-Request-Method", "POST"]]),
    ),
    head("Edge navigates", chromium(EDGE, CHROME_HTML, NAVIGATE, over)),
    head("Chrome on Android navigates", chromium(ANDROID, CHROME_HTML, NAVIGATE, over)),
    head(
      "an app's web view navigates",
      chromium(WEBVIEW, CHROME_HTML, NAVIGATE, over, [["X-Requested-With", "a.b"]]),
    ),
    head("Firefox navigates", firefox(HTML, NAVIGATE, over)),
    head("Firefox loads an image", firefox(IMAGE, IMAGES, over)),
    head(
      "Firefox posts by XMLHttpRequest",
      firefox("*/*", FETCH, over, [["Origin", "https://shop.test"], ...json]),
    ),
    head("Safari navigates", safari(SAFARI, HTML, NAVIGATE, over)),
    head("Safari on an iPhone fetches", safari(IPHONE, "*/*", FETCH, over)),
    head("Safari of 2021, without Sec-Fetch", safari(OLD_SAFARI, HTML, null, over)),
    head("Chrome on an iPhone navigates", safari(CHROME_ON_IPHONE, HTML, NAVIGATE, over)),
  ];
});

/** Each asks for what few others do: the least that browsers send. */
const BARE: readonly BrowserHead[] = [
  ...[false, true].flatMap((isTls): BrowserHead[] => [
    {
      what: `Chrome opens a WebSocket${isTls ? " over TLS" : ""}`,
      protocol: "HTTP/1.1",
      isTls,
      isUpgrade: true,
      fields: [
        ["Host", "shop.test"],
        ["Connection", "Upgrade"],
        ["Pragma", "no-cache"],
        ["Cache-Control", "no-cache"],
        ["User-Agent", CHROME],
        ["Upgrade", "websocket"],
        ["Origin", "https://shop.test"],
        ["Sec-WebSocket-Version", "13"],
        ["Accept-Encoding", "gzip, deflate, br, zstd"],
        ["Accept-Language", "en-US,en;q=0.9"],
        ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="],
      ],
    },
    {
      what: `Safari opens a WebSocket${isTls ? " over TLS" : ""}`,
      protocol: "HTTP/1.1",
      isTls,
      isUpgrade: true,
      fields: [
        ["Host", "shop.test"],
        ["Origin", "https://shop.test"],
        ["Upgrade", "websocket"],
        ["Connection", "Upgrade"],
        ["User-Agent", SAFARI],
        ...WEBSOCKET,
      ],
    },
  ]),
  {
    what: "Chrome opens a WebSocket within HTTP/2",
    protocol: "HTTP/2",
    isTls: true,
    isUpgrade: true,
    fields: [["host", "shop.test"], ["origin", "https://shop.test"], ["user-agent", CHROME]],
  },
  {
    what: "Chrome's network stack reports an error (Reporting API)",
    protocol: "HTTP/2",
    isTls: true,
    fields: [
      ["host", "shop.test"],
      ["content-length", "300"],
      ["content-type", "application/reports+json"],
      ["user-agent", CHROME],
      ["accept-encoding", "gzip, deflate, br, zstd"],
      ["accept-language", "en-US,en;q=0.9"],
    ],
  },
  {
    what: "an iPhone looks for the icon of a page",
    protocol: "HTTP/2",
    isTls: true,
    fields: [
      ["host", "shop.test"],
      ["accept", "*/*"],
      ["accept-language", "de-DE,de;q=0.9"],
      ["accept-encoding", "gzip, deflate, br"],
      ["user-agent", "MobileSafari/8621.2.5 CFNetwork/3826.500.131 Darwin/24.5.0"],
    ],
  },
];

export const BROWSER_HEADS: readonly BrowserHead[] = [...EVERYDAY, ...BARE];
