/**
 * The main job as a person does it, in Chromium against the product itself: setup link, account, first host, a page
 * through Aegis, an attack, its finding on the traffic page, an exception for it; and all of it after a restart.
 */
import assert from "node:assert/strict";
import type { BrowserContext, Page } from "playwright-core";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { seriousFindings, sidewaysScroll } from "../support/axe.ts";
import { type Chromium, contextOf, listen, startChromium } from "../support/browser.ts";
import { until } from "../support/until.ts";

const OUTPUT = new URL("../output/main_job/", import.meta.url).pathname;
const SITE = "shop.test";
const PASSWORD = "four words are enough here";
const ATTACK = "/product?id=1%27%2F**%2FUNION%0aALL%2F**%2FSELECT%20NULL,email%20FROM%20users--";

/** Playwright's handles and the child process outlive the test by a moment. */
Deno.test("wizard, host, attack, finding, exception, restart", {
  sanitizeResources: false,
  sanitizeOps: false,
}, async () => {
  const shop = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    return new Response(`<!doctype html><title>Shop</title><h1>Lamps and chairs at ${pathname}</h1>`, {
      headers: { "content-type": "text/html" },
    });
  });
  let aegis = await startAegis();
  const chromium = await startChromium([`--host-resolver-rules=MAP ${SITE} 127.0.0.1`]);
  try {
    const context = await contextOf(chromium, { theme: "light", width: 1280 });
    const page = await context.newPage();
    const complaints = listen(page).list;
    const shot = (name: string) => page.screenshot({ path: `${OUTPUT}${name}.png` });

    await setUp(page, aegis, `http://127.0.0.1:${shop.addr.port}`, shot);
    assert.deepEqual(await seriousFindings(page), []);

    const visitor = await context.newPage();
    await until("the new host is served", async () => {
      const answer = await visitor.goto(`http://${SITE}:${aegis.httpPort}/lamps`);
      return answer?.status() === 200;
    });
    assert.equal(await visitor.locator("h1").innerText(), "Lamps and chairs at /lamps");

    const refused = await visitor.goto(`http://${SITE}:${aegis.httpPort}${ATTACK}`);
    assert.equal(refused?.status(), 403);
    const number = await visitor.locator("code").first().innerText();
    assert.match(number, /^[0-9A-Z]{26}$/);
    await visitor.screenshot({ path: `${OUTPUT}5-refused.png` });

    await findIt(page, aegis, number, shot);
    await letItPass(page, shot);
    await until("the exception is in force", async () => {
      const answer = await visitor.goto(`http://${SITE}:${aegis.httpPort}${ATTACK}`);
      return answer?.status() === 200;
    });

    assert.deepEqual(complaints, []);
    await onThePhone(chromium, await context.storageState(), aegis, number);

    const { dataDir } = aegis;
    await aegis.stop({ keep: true });
    aegis = await startAegis({ dataDir });
    await signInAfterRestart(page, aegis, number, shot);
    assert.deepEqual(complaints.filter((text) => !/ERR_|Failed to fetch|status of 4/.test(text)), []);
    await context.close();
  } finally {
    await chromium.close();
    await aegis.stop();
    await shop.shutdown();
  }
});

type Shot = (name: string) => Promise<unknown>;

async function setUp(page: Page, aegis: AegisProcess, target: string, shot: Shot): Promise<void> {
  const { url } = await aegis.perform("setup.link", {});
  await page.goto(url);
  await page.fill("[name=name]", "mira");
  await page.fill("[name=password]", PASSWORD);
  await shot("1-account");
  await page.click("button[type=submit]");
  await page.locator("h1 >> text=How closely").waitFor();
  await page.click("button[type=submit]");
  await page.locator("h1 >> text=Whom shall Aegis tell").waitFor();
  await page.locator("text=Skip for now").click();
  await page.locator("h1 >> text=Which site").waitFor();
  await page.fill("[name=domains]", SITE);
  await page.fill("[name='targets.0.url']", target);
  await page.locator("label:has-text('Enforce')").click();
  await page.locator("button:has-text('Test the target')").click();
  await page.locator("text=The target answers").waitFor();
  await shot("2-host");
  await page.locator("button:has-text('Add host and finish')").click();
  await page.locator("h1 >> text=Aegis is ready").waitFor();
  await shot("3-ready");
  await page.locator("text=To the dashboard").click();
  await page.locator("h2 >> text=Live").waitFor();
  await shot("4-dashboard");
}

/** The refusal comes live on the dashboard, is in the log, and explains itself. */
async function findIt(page: Page, aegis: AegisProcess, number: string, shot: Shot): Promise<void> {
  await page.locator(`#tail a[href="/traffic/${number}"]`).waitFor();
  await shot("6-dashboard-live");
  await page.goto(`https://localhost:${aegis.adminPort}/traffic?q=action%3Ablocked+host%3A${SITE}`);
  await page.locator(`a.go[href="/traffic/${number}"]`).click();
  await page.locator("#drawer .chain mark").first().waitFor();
  assert.match(await page.locator("#drawer").innerText(), /are enough to refuse/);
  assert.match((await page.locator("#drawer mark").first().innerText()).toLowerCase(), /union/);
  assert.deepEqual(await seriousFindings(page), []);
  await shot("7-finding");
}

async function letItPass(page: Page, shot: Shot): Promise<void> {
  await page.locator("[data-exception] [name=note]").fill("the test says so");
  await page.locator("[data-exception] button[type=submit]").click();
  await page.locator("[data-toast] >> text=this pass from now on").waitFor();
  await shot("8-exception");
}

/** The same instance on a phone: nothing to complain of, nothing that scrolls sideways. */
async function onThePhone(
  chromium: Chromium,
  { cookies }: Awaited<ReturnType<BrowserContext["storageState"]>>,
  aegis: AegisProcess,
  number: string,
): Promise<void> {
  const context = await contextOf(chromium, { theme: "light", width: 390 });
  await context.addCookies(cookies);
  const page = await context.newPage();
  const complaints = listen(page).list;
  for (const path of ["/", "/traffic", `/traffic/${number}`, "/hosts", "/rules/exceptions"]) {
    await page.goto(`https://localhost:${aegis.adminPort}${path}`);
    const name = path === "/"
      ? "dashboard"
      : path.split("/", 3).join("-").slice(1).replace(number, "finding");
    await page.screenshot({ path: `${OUTPUT}phone-${name}.png` });
    assert.equal(await sidewaysScroll(page), 0, path);
    assert.deepEqual(await seriousFindings(page), [], path);
  }
  assert.deepEqual(complaints, []);
  await context.close();
}

async function signInAfterRestart(
  page: Page,
  aegis: AegisProcess,
  number: string,
  shot: Shot,
): Promise<void> {
  await page.goto(`https://localhost:${aegis.adminPort}/traffic/${number}`);
  // The session lives in the database: it is still there.
  await page.locator("h1").waitFor();
  if (page.url().includes("/sign-in")) {
    await page.fill("[name=name]", "mira");
    await page.fill("[name=password]", PASSWORD);
    await page.click("button[type=submit]");
  }
  await page.locator(".chain mark").first().waitFor();
  await page.goto(`https://localhost:${aegis.adminPort}/hosts`);
  await page.locator(`td a >> text=${SITE}`).waitFor();
  await shot("9-after-restart");
}
