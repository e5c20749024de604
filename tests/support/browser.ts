import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** Where Chromium is; `CHROMIUM` overrides it. */
function executable(): string {
  return Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
}

export interface Chromium {
  readonly browser: Browser;
  close(): Promise<void>;
}

/** A Chromium of its own with a fresh profile, which speaks to nobody but the pages it is sent to. */
export async function startChromium(flags: readonly string[] = []): Promise<Chromium> {
  const browser = await chromium.launch({
    executablePath: executable(),
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...flags,
    ],
  });
  return { browser, close: () => browser.close() };
}

export interface Complaints {
  /** Console errors, uncaught exceptions, refused by the policy: none is right. */
  readonly list: string[];
}

/** Collects what a page complains of. */
export function listen(page: Page): Complaints {
  const list: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") list.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => list.push(`exception: ${error.message}`));
  return { list };
}

/** A context that looks as asked. */
export async function contextOf(
  chromium: Chromium,
  looks: {
    readonly theme: "light" | "dark";
    readonly width: number;
    readonly height?: number;
    readonly script?: boolean;
  },
): Promise<BrowserContext> {
  const phone = looks.width < 600;
  return await chromium.browser.newContext({
    viewport: { width: looks.width, height: looks.height ?? (phone ? 844 : 800) },
    colorScheme: looks.theme,
    hasTouch: phone,
    isMobile: phone,
    reducedMotion: "reduce",
    javaScriptEnabled: looks.script ?? true,
    ignoreHTTPSErrors: true,
  });
}

/** The HTTP versions, by their ALPN ids, with which the page and its parts came. */
export async function protocolsOf(page: Page): Promise<string[]> {
  const all = await page.evaluate(() =>
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
      .map((entry) => (entry as unknown as { nextHopProtocol: string }).nextHopProtocol)
  );
  // Parts that came from the cache have none.
  return [...new Set(all)].filter((protocol) => protocol !== "").sort();
}

/**
 * Status of the answer that opens the page's next WebSocket: 101 over HTTP/1.1, 200 to an Extended CONNECT over HTTP/2
 * (RFC 8441, 5). Call it before the page is loaded; the inner promise waits.
 */
export async function nextWebSocketStatus(page: Page): Promise<{ readonly status: Promise<number> }> {
  const session = await page.context().newCDPSession(page);
  const { promise, resolve } = Promise.withResolvers<number>();
  session.on("Network.webSocketHandshakeResponseReceived", ({ response }) => resolve(response.status));
  await session.send("Network.enable");
  return { status: promise };
}
