/** Every page of the admin in both themes, wide and narrow: what axe, the policy and the console say to it. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { type AdminFixture, PASSWORD, startAdminFixture } from "../support/admin_fixture.ts";
import { bringAxe, COLOUR_RULES, seriousFindings, sidewaysScroll } from "../support/axe.ts";
import { type Chromium, contextOf, listen, startChromium } from "../support/browser.ts";

/** Where pictures of all pages go; none are taken where it is not set. */
const PICTURES = Deno.env.get("AEGIS_TEST_PICTURES");
const THEMES = ["light", "dark"] as const;
const REQUEST = "/traffic/01JD8F3K7QW2T9ABCDEFGH0000";

const PAGES: readonly string[] = [
  "/",
  "/?range=7d&view=table",
  "/traffic",
  "/traffic?q=host%3Ashop.example.com+-status%3Axx&range=7d",
  REQUEST,
  "/traffic/01JD8F3K7QW2T9ABCDEFGH0012",
  "/traffic/01JD8F3K7QW2T9ABCDEFGH0010",
  "/traffic/reports",
  "/traffic/01JD8F3K7QW2T9ABCDEFGH0012/evidence",
  "/hosts",
  "/hosts/new",
  "/hosts/h-wiki",
  "/hosts/h-wiki/targets",
  "/hosts/h-wiki/canary",
  "/hosts/h-wiki/limits",
  "/hosts/h-wiki/tls",
  "/hosts/h-wiki/protection",
  "/hosts/h-wiki/access",
  "/hosts/h-wiki/challenge",
  "/hosts/h-wiki/bots",
  "/hosts/h-wiki/paths",
  "/hosts/h-wiki/rate-rules?add=search",
  "/hosts/h-wiki/transforms",
  "/hosts/h-wiki/transforms?add=redirect",
  "/hosts/h-wiki/headers",
  "/hosts/h-wiki/cors",
  "/hosts/h-wiki/error-pages",
  "/hosts/h-moved",
  "/hosts/h-dead",
  "/hosts/new?kind=redirect",
  "/hosts/h-wiki/timeouts",
  "/hosts/h-file",
  "/streams",
  "/streams/new",
  "/streams/postgres",
  "/streams/old-ftp",
  "/certificates",
  "/certificates/certificate-shop",
  "/rules",
  "/rules/sqli-120",
  "/rules/grap-218",
  "/rules/tester",
  "/rules/exceptions",
  "/rules/own",
  "/rules/releases",
  "/rules/releases/1f2e3d4c5b6a",
  "/schemas",
  "/schemas/new",
  "/schemas/schema-shop",
  "/schemas/schema-old",
  "/rules/new",
  "/rules/sqli-120?backtest=7",
  "/correlation",
  "/correlation/01KAEVENT0000000000000STUF",
  "/shield",
  "/shield?client=203.0.113.66",
  "/bans",
  "/bans?q=203&view=blacklist",
  "/bans/lists",
  "/bans/lists/list-own",
  "/bans/lists/crowdsec",
  "/users",
  "/users/u2",
  "/audit",
  "/settings",
  "/settings/geolocation",
  "/notifications",
  "/notifications/smtp/new",
  "/notifications/smtp/channel-mail",
  "/notifications/webhooks/new",
  "/notifications/webhooks/channel-own",
  "/system",
  "/help",
  "/account",
];

/** Pages that look otherwise where there is nothing yet. */
const EMPTY_PAGES: readonly string[] = [
  "/",
  "/traffic",
  "/traffic?range=30d",
  "/hosts",
  "/streams",
  "/rules/exceptions",
  "/bans",
  "/certificates",
  "/setup/protection",
  "/setup/mail",
  "/setup/host",
  "/setup/ready",
];

/** Layers above a page: how each opens. */
const LAYERS: readonly {
  readonly name: string;
  readonly at: string;
  open(page: Page): Promise<unknown>;
  readonly shows: string;
}[] = [
  {
    name: "palette",
    at: "/",
    open: (page) => page.keyboard.press("Control+k"),
    shows: "#palette:popover-open",
  },
  { name: "keys", at: "/", open: (page) => page.keyboard.press("?"), shows: "#keys:popover-open" },
  {
    name: "drawer",
    at: "/traffic",
    open: (page) => page.locator("tbody a.go").first().click(),
    shows: "#drawer .drawer",
  },
  {
    name: "ban",
    at: REQUEST,
    open: (page) => page.locator("[popovertarget=ban]").first().click(),
    shows: "#ban:popover-open",
  },
  {
    name: "confirm",
    at: "/hosts/h-wiki",
    open: (page) => page.locator("[popovertarget=delete]").first().click(),
    shows: "#delete:popover-open",
  },
  {
    name: "toast",
    at: "/rules",
    open: (page) => page.locator("tbody [role=switch]").first().click(),
    shows: "[data-toast]",
  },
  {
    name: "tester",
    at: "/rules/tester",
    open: (page) => page.locator("form[hx-target='#tested'] button[type=submit]").click(),
    shows: "#tested .chain",
  },
  {
    name: "form-errors",
    at: "/hosts/new",
    async open(page) {
      await page.fill("[name=domains]", "shop.example.com");
      await page.fill("[name='targets.0.url']", "http://10.20.0.21:8080/shop");
      await page.locator("button:has-text('Add host')").click();
    },
    shows: "[aria-invalid=true]",
  },
];

const PHONE_LAYERS: typeof LAYERS = [
  { name: "menu", at: "/", open: (page) => page.locator(".dock button").click(), shows: "#nav:popover-open" },
];

/** Chromium lives on in Playwright's own handles a moment longer than a test. */
const LOOSE = { sanitizeResources: false, sanitizeOps: false };

for (const width of [1280, 390]) {
  Deno.test(`every page is sound in both themes, ${width} px wide`, LOOSE, async () => {
    const findings: string[] = [];
    const fixture = startAdminFixture();
    const chromium = await startChromium();
    try {
      const visit = await signedInPage(chromium, fixture, width);
      for (const path of PAGES) await look(visit, path, path, findings);
      for (const layer of width < 600 ? [...LAYERS, ...PHONE_LAYERS] : LAYERS) {
        await visit.page.goto(fixture.url + layer.at);
        await layer.open(visit.page);
        await visit.page.locator(layer.shows).first().waitFor();
        await look(visit, null, `layer-${layer.name}`, findings);
      }
      await visit.page.context().close();
    } finally {
      await chromium.close();
      await fixture.close();
    }
    assert.deepEqual(findings, []);
  });

  Deno.test(`setup, sign-in and empty pages are sound in both themes, ${width} px wide`, LOOSE, async () => {
    const findings: string[] = [];
    const setup = startAdminFixture({ setup: true });
    const empty = startAdminFixture({ empty: true });
    const chromium = await startChromium();
    try {
      const stranger = await openPage(chromium, setup, width);
      for (const path of ["/setup", "/setup?token=setup-token"]) await look(stranger, path, path, findings);
      const guest = await openPage(chromium, empty, width);
      await look(guest, "/sign-in", "/sign-in", findings);
      const visit = await signedInPage(chromium, empty, width);
      for (const path of EMPTY_PAGES) await look(visit, path, `empty-${path}`, findings);
      for (const each of [stranger, guest, visit]) await each.page.context().close();
    } finally {
      await chromium.close();
      await setup.close();
      await empty.close();
    }
    assert.deepEqual(findings, []);
  });
}

interface Visit {
  readonly page: Page;
  readonly complaints: string[];
  readonly url: string;
  readonly width: number;
}

/**
 * Goes there (or stays), and adds what is wrong to `findings`. The theme follows the system's, so it is changed under
 * the page, which is not loaded again for its colours.
 */
async function look(visit: Visit, path: string | null, name: string, findings: string[]): Promise<void> {
  const { page, complaints, width } = visit;
  if (path !== null) {
    const answer = await page.goto(visit.url + path);
    if (answer?.status() !== 200) findings.push(`${name}: status ${answer?.status()}`);
  }
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    const looks = `${name} ${theme} ${width}`;
    if (PICTURES !== undefined) {
      await page.screenshot({
        path: `${PICTURES}/${name.replaceAll(/[^\w-]+/g, "_")}-${theme}-${width}.png`,
      });
    }
    const sideways = await sidewaysScroll(page);
    if (sideways > 0) findings.push(`${looks}: scrolls sideways by ${sideways} px`);
    for (const finding of await seriousFindings(page, theme === THEMES[0] ? undefined : COLOUR_RULES)) {
      findings.push(`${looks}: ${finding}`);
    }
  }
  if (await page.evaluate("window.broken === 1")) findings.push(`${name}: a logged value ran as script`);
  // A refused form answers 422, which Chromium writes to the console as well.
  const expected = /status of 422/;
  for (const complaint of complaints.splice(0)) {
    if (!expected.test(complaint)) findings.push(`${name} ${width}: ${complaint}`);
  }
}

async function openPage(chromium: Chromium, fixture: AdminFixture, width: number): Promise<Visit> {
  const context = await contextOf(chromium, { theme: THEMES[0], width });
  await bringAxe(context);
  const page = await context.newPage();
  return { page, complaints: listen(page).list, url: fixture.url, width };
}

async function signedInPage(chromium: Chromium, fixture: AdminFixture, width: number): Promise<Visit> {
  const visit = await openPage(chromium, fixture, width);
  await visit.page.goto(`${fixture.url}/sign-in`);
  await visit.page.fill("[name=name]", "Mira Olsen");
  await visit.page.fill("[name=password]", PASSWORD);
  await visit.page.click("button[type=submit]");
  await visit.page.waitForURL(`${fixture.url}/`);
  return visit;
}
