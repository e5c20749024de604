/** The pages of refusals and errors as a visitor's browser shows them. */
import assert from "node:assert/strict";
import { renderBlockedPage } from "../../views/gate/blocked.ts";
import { GATE_CONTENT_SECURITY_POLICY } from "../../views/gate/document.ts";
import { renderErrorPage } from "../../views/gate/error.ts";
import { type GateLook, lookPolicy } from "../../views/gate/look.ts";
import { bringAxe, seriousFindings, sidewaysScroll } from "../support/axe.ts";
import { contextOf, listen, startChromium } from "../support/browser.ts";

const LONG = `${"a-very-long-name-".repeat(8)}.example.com`;

/** A site's own look: two squares as its logo. */
const LOOK: GateLook = {
  brand: "The Lamp Shop",
  logo: `data:image/svg+xml;base64,${
    btoa(
      '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><path fill="#0a7" d="M0 0h40v40H0z"/></svg>',
    )
  }`,
  accentColor: "#00aa77",
  contactEmail: "help@example.com",
  contactUrl: "https://status.example.com/a-rather-long-address-that-somebody-chose",
};

const PAGES: Readonly<Record<string, string>> = {
  "/blocked": renderBlockedPage({
    requestId: "01M826SMCS0Y8PKHC0KKVESEHJ",
    publicText: "request blocked",
    host: "forum.example.org",
    lang: "en",
    reason: "waf",
    at: 1_795_358_182_000,
  }),
  "/long": renderBlockedPage({
    requestId: "0".repeat(80),
    publicText: "access denied",
    host: LONG,
    lang: "en",
    reason: "ban",
  }),
  "/error": renderErrorPage({
    status: 502,
    publicText: "bad gateway",
    requestId: "01M826SMCS0Y8PKHC0KKVESEHJ",
    host: "api.example.com",
    at: 1_795_358_182_000,
  }),
  "/branded": renderErrorPage({
    status: 503,
    publicText: "service unavailable",
    requestId: "01M826SMCS0Y8PKHC0KKVESEHJ",
    host: "shop.example.com",
    look: LOOK,
  }),
};

/** Playwright's handles outlive the test by a moment. */
Deno.test("gate pages are sound in both themes, wide and narrow", {
  sanitizeResources: false,
  sanitizeOps: false,
}, async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const page = PAGES[new URL(request.url).pathname];
    return new Response(page ?? "", {
      status: page === undefined ? 204 : 200,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": request.url.endsWith("/branded")
          ? lookPolicy(GATE_CONTENT_SECURITY_POLICY, LOOK)
          : GATE_CONTENT_SECURITY_POLICY,
      },
    });
  });
  const chromium = await startChromium();
  const findings: string[] = [];
  try {
    for (const width of [1280, 390, 320]) {
      const context = await contextOf(chromium, { theme: "light", width });
      await bringAxe(context);
      const page = await context.newPage();
      const complaints = listen(page).list;
      for (const path of Object.keys(PAGES)) {
        await page.goto(`http://localhost:${server.addr.port}${path}`);
        for (const theme of ["light", "dark"] as const) {
          const name = `${path} ${theme} ${width}`;
          await page.emulateMedia({ colorScheme: theme });
          if (await sidewaysScroll(page) > 0) findings.push(`${name}: scrolls sideways`);
          for (const finding of await seriousFindings(page)) findings.push(`${name}: ${finding}`);
          for (const complaint of complaints.splice(0)) findings.push(`${name}: ${complaint}`);
        }
      }
      await context.close();
    }
  } finally {
    await chromium.close();
    await server.shutdown();
  }
  assert.deepEqual(findings, []);
});
