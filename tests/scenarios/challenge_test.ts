/** The challenge from the first request to the pass: a browser gets in, by either protocol; programs do not. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { seriousFindings, sidewaysScroll } from "../support/axe.ts";
import { type Chromium, contextOf, listen, protocolsOf, startChromium } from "../support/browser.ts";
import { startDemoTarget } from "../support/demo_target.ts";
import { ask } from "../support/http_client.ts";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { chromiumTrusts } from "../support/local_trust.ts";
import { until } from "../support/until.ts";

const MODES = ["managed", "invisible", "interactive", "always"] as const;
const NAMES = [...MODES.map((mode) => `${mode}.localhost`), "patient.localhost"];
const CONTENT = "<!doctype html><title>Shop</title><h1>Welcome</h1>" +
  '<form method="post" action="/order"><input name="what" aria-label="What"><button>Order</button></form>';

function hosts(port: number): string {
  const target = `targets: [{ url: "http://127.0.0.1:${port}" }]`;
  return `toggles: { anomaly: off }
hosts:
${
    MODES.map((mode) => `  - { domains: [${mode}.localhost], ${target}, challenge: { mode: ${mode} } }`).join(
      "\n",
    )
  }
  - { domains: [patient.localhost], ${target}, challenge: { mode: always, no_script: true } }
`;
}

/** Without it the page notices that a program drives the browser: each proof would make the next one harder. */
const UNDRIVEN = "--disable-blink-features=AutomationControlled";

/** As a browser with a window names itself; the headless one says that it is one, and is asked for it. */
const WINDOWED =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

/** Opens the page and waits for what stands behind the challenge. */
async function comeIn(page: Page, url: string): Promise<void> {
  const first = await page.goto(url);
  assert.equal(first?.status(), 503);
  assert.equal(first?.headers()["cache-control"], "no-store");
  const box = page.getByRole("checkbox");
  if (await box.count() > 0) {
    // By keyboard, as somebody without a mouse would.
    await box.focus();
    await page.keyboard.press("Space");
  }
  await page.getByRole("heading", { name: "Welcome" }).waitFor({ timeout: 60_000 });
}

async function underAttack(aegis: AegisProcess): Promise<void> {
  await aegis.perform("shield.under_attack", { minutes: 60 });
}

async function browserPasses(chromium: Chromium, origin: (name: string) => string, protocol: string) {
  for (const mode of MODES) {
    const context = await chromium.browser.newContext({ userAgent: WINDOWED, ignoreHTTPSErrors: true });
    const page = await context.newPage();
    const complaints = listen(page);
    const url = `${origin(`${mode}.localhost`)}/shop?a=1#here`;
    await comeIn(page, url);
    assert.equal(page.url(), url);
    assert.deepEqual(await protocolsOf(page), [protocol], mode);
    const cookies = await context.cookies();
    const cookie = cookies.find(({ name }) => name === "aegis_clearance");
    assert.equal(cookies.length, protocol === "h2" ? 1 : 2);
    const [sameSite, isSecure] = protocol === "h2" ? ["None", true] : ["Lax", false];
    assert.deepEqual([cookie!.httpOnly, cookie!.sameSite, cookie!.secure], [true, sameSite, isSecure]);
    // The page itself was answered 503, which browsers write down; nothing else may be there.
    const others = complaints.list.filter((line) => !/status of 503/.test(line));
    assert.deepEqual(others, [], mode);
    assert.equal((await page.reload())?.status(), 200);
    await context.close();
  }
}

Deno.test("a browser passes in every mode over HTTP/1.1 and HTTP/2; programs do not", async (t) => {
  const seen: (string | undefined)[] = [];
  const posted: string[] = [];
  const target = await startDemoTarget("shop", {}, 0, (request, response) => {
    seen.push(request.headers.cookie);
    if (request.method === "POST") {
      request.on("data", (chunk: Uint8Array) => posted.push(new TextDecoder().decode(chunk)));
    }
    response.setHeader("content-type", "text/html");
    response.end(CONTENT);
    return true;
  });
  const aegis = await startAegis({ config: hosts(target.port) });
  const chromium = await startChromium([await chromiumTrusts(aegis, NAMES), UNDRIVEN]);
  const origins = {
    "http/1.1": (name: string) => `http://${name}:${aegis.httpPort}`,
    h2: (name: string) => `https://${name}:${aegis.httpsPort}`,
  };
  try {
    await t.step("in calm weather managed hosts ask no browser", async () => {
      const context = await chromium.browser.newContext({ userAgent: WINDOWED, ignoreHTTPSErrors: true });
      const page = await context.newPage();
      for (const origin of Object.values(origins)) {
        assert.equal((await page.goto(`${origin("managed.localhost")}/`))?.status(), 200);
      }
      assert.equal((await context.cookies()).length, 0);
      await context.close();
    });
    await underAttack(aegis);
    const patient = await contextOf(chromium, { theme: "light", width: 1280, script: false });
    const waiting = await patient.newPage();
    await waiting.goto(`${origins.h2("patient.localhost")}/shop?a=%2F`);
    for (const [protocol, origin] of Object.entries(origins)) {
      await t.step(`a browser over ${protocol}`, () => browserPasses(chromium, origin, protocol));
    }
    await t.step("a form that is sent without a pass is not lost", async () => {
      const context = await chromium.browser.newContext({ userAgent: WINDOWED, ignoreHTTPSErrors: true });
      const page = await context.newPage();
      await comeIn(page, `${origins.h2("always.localhost")}/`);
      await context.clearCookies();
      await page.getByRole("textbox").fill("a long letter");
      const refused = page.waitForResponse((answer) =>
        /order$/.test(answer.url()) && answer.status() === 403
      );
      await page.getByRole("button").click();
      await refused;
      await until("the form has arrived", () => Promise.resolve(posted.length > 0 || null));
      assert.deepEqual(posted, ["what=a+long+letter"]);
      await context.close();
    });
    await t.step("the pass never reaches the application", () => {
      assert.ok(seen.length > 0);
      assert.deepEqual(seen.filter((cookie) => cookie?.includes("aegis_clearance")), []);
    });
    await t.step("programs get the page or 403, and no cookie", async () => {
      const before = target.requests();
      const programs = [
        { "user-agent": "curl/8.10.1", accept: "*/*" },
        {
          "user-agent": "python-requests/2.32",
          accept: "*/*",
          "accept-encoding": "gzip, deflate",
          connection: "keep-alive",
        },
        { "user-agent": "Mozilla/5.0 Chrome/150.0", accept: "text/html", "sec-fetch-mode": "navigate" },
        { accept: "application/json" },
      ];
      for (const mode of MODES) {
        for (const headers of programs) {
          const answer = await ask({ port: aegis.httpPort, host: `${mode}.localhost`, path: "/", headers });
          assert.equal(answer.status, headers.accept === "application/json" ? 403 : 503);
          assert.equal(answer.headers["set-cookie"], undefined);
        }
        const post = await ask({
          port: aegis.httpPort,
          host: `${mode}.localhost`,
          path: "/",
          method: "POST",
        });
        assert.equal(post.status, 403);
      }
      assert.equal(target.requests(), before);
    });
    await t.step(
      "a browser that runs no scripts waits where it may, and stays out where it may not",
      async () => {
        const context = await contextOf(chromium, { theme: "light", width: 1280, script: false });
        const page = await context.newPage();
        await page.goto(`${origins["http/1.1"]("always.localhost")}/`);
        assert.match(await page.locator("main").innerText(), /JavaScript is off\. This page needs it/);
        assert.equal(await page.locator('meta[http-equiv="refresh"]').count(), 0);
        await context.close();
        await waiting.getByRole("heading", { name: "Welcome" }).waitFor({ timeout: 30_000 });
        const { pathname, search } = new URL(waiting.url());
        assert.equal(pathname + search, "/shop?a=%2F");
        await patient.close();
      },
    );
    await t.step("the page reads well in its languages, in both themes and widths", async () => {
      const url = `${origins["http/1.1"]("interactive.localhost")}/`;
      const small = await contextOf(chromium, { theme: "light", width: 390, script: false });
      const still = await small.newPage();
      for (const lang of ["de", "fr", "ja", "pl"]) {
        await still.setExtraHTTPHeaders({ "accept-language": lang });
        await still.goto(url);
        assert.equal(await still.locator("html").getAttribute("lang"), lang);
        assert.equal(await sidewaysScroll(still), 0, lang);
      }
      await small.close();
      for (const [theme, width] of [["light", 1280], ["dark", 390]] as const) {
        const context = await contextOf(chromium, { theme, width });
        const page = await context.newPage();
        await page.route("**/_aegis/challenge", (route) => route.abort());
        await page.goto(url);
        await page.getByRole("checkbox").check();
        // The proof cannot be brought: the page says so, and what can be done.
        await page.getByText("That did not work").waitFor({ timeout: 60_000 });
        assert.ok(await page.getByRole("link", { name: "Try again" }).isVisible());
        assert.deepEqual(await seriousFindings(page), []);
        assert.equal(await sidewaysScroll(page), 0);
        await context.close();
      }
    });
    await t.step("the log has every challenge, and neither pass nor ticket", async () => {
      const page = await until("challenges are in the log", async () => {
        const found = await aegis.perform("traffic.query", { reason: "challenge" });
        return found.rows.length > 0 ? found : null;
      });
      assert.ok(page.rows.every(({ action }) => action === "challenged"));
      const all = await aegis.perform("traffic.query", {});
      assert.ok(!JSON.stringify(all).includes("v1."));
    });
  } finally {
    await chromium.close();
    await aegis.stop();
    await target.close();
  }
});
