/** A wiki that people write into, behind Aegis in enforce mode: nothing that is written may be refused or changed. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type AegisProcess, startAegis } from "../support/aegis_process.ts";
import { protocolsOf, startChromium } from "../support/browser.ts";
import { ask } from "../support/http_client.ts";
import { chromiumTrusts } from "../support/local_trust.ts";
import { npmPackage, startNodeApplication } from "../support/npm_application.ts";
import { assertNothingRefused } from "../support/refusals.ts";
import { COMMANDS, PAGES, type WrittenPage } from "./wiki_pages.ts";

const HOST = "wiki.test";
const ADDED = '\n\nP.S.: it\'s done -- "finally"!';

/** Playwright's handles outlive the test by a moment. */
const LOOSE = { sanitizeResources: false, sanitizeOps: false };

Deno.test(
  "a wiki in a browser through Aegis, in the clear and over TLS, without one refusal",
  LOOSE,
  async () => {
    const program = join(await npmPackage("tiddlywiki", "5.4.1"), "tiddlywiki.js");
    await using cleanUp = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir({ prefix: "aegis-wiki-" });
    cleanUp.defer(() => Deno.remove(folder, { recursive: true }));
    const made = await new Deno.Command("node", { args: [program, folder, "--init", "server"] }).output();
    assert.equal(made.code, 0);
    const wiki = await startNodeApplication((port) => [
      program,
      folder,
      "--listen",
      `port=${port}`,
      "host=127.0.0.1",
    ]);
    cleanUp.defer(() => wiki.stop());
    const aegis = await startAegis({
      config: `hosts:
  - { domains: [${HOST}], targets: [{ url: "${wiki.url}" }], waf: { mode: enforce } }
`,
    });
    cleanUp.defer(async () => assert.equal(await aegis.stop(), 0));
    const chromium = await startChromium([
      `--host-resolver-rules=MAP ${HOST} 127.0.0.1`,
      await chromiumTrusts(aegis, [HOST]),
    ]);
    cleanUp.defer(() => chromium.close());
    const half = Math.ceil(PAGES.length / 2);
    const rounds = [
      { base: `http://${HOST}:${aegis.httpPort}`, protocol: "http/1.1", pages: PAGES.slice(0, half) },
      { base: `https://${HOST}:${aegis.httpsPort}`, protocol: "h2", pages: PAGES.slice(half) },
    ];
    const edited = new Set<WrittenPage>();
    for (const { base, protocol, pages } of rounds) {
      const page = await chromium.browser.newPage();
      const trouble = watch(page);
      await page.goto(base);
      for (const each of pages) await write(page, each);
      await search(page, pages[0]!);
      await edit(page, pages[0]!);
      edited.add(pages[0]!);
      assert.deepEqual(trouble, []);
      assert.deepEqual(await protocolsOf(page), [protocol]);
      await page.close();
    }
    const reader = await chromium.browser.newPage();
    for (const { base } of rounds) {
      await reader.goto(base);
      for (const each of PAGES) {
        assert.equal(await read(reader, each), edited.has(each) ? each.text + ADDED : each.text);
      }
    }
    await assertNothingRefused(aegis, HOST);
    const excepted = [];
    for (const each of COMMANDS) if (await except(aegis, each)) excepted.push(each.title);
    assert.notDeepEqual(excepted, [], "some of the commands are refused until they are let pass");
  },
);

/** Answers that say no, and script that fails. */
function watch(page: Page): string[] {
  const trouble: string[] = [];
  page.on("response", (answer) => {
    // At its start the wiki asks for OPTIONS and HEAD of itself, which its own server does not know.
    const own = answer.status() === 404 && ["OPTIONS", "HEAD"].includes(answer.request().method());
    if (answer.status() >= 400 && !own) {
      trouble.push(`${answer.request().method()} ${answer.url()} ${answer.status()}`);
    }
  });
  page.on("requestfailed", (request) => {
    const error = request.failure()?.errorText ?? "failed";
    if (error !== "net::ERR_ABORTED") trouble.push(`${request.method()} ${request.url()} ${error}`);
  });
  page.on("pageerror", (error) => trouble.push(`exception: ${error.message}`));
  return trouble;
}

/** As a person does: the plus button, a title, a text, and the tick. */
async function write(page: Page, { title, text }: WrittenPage): Promise<void> {
  await page.locator("button[aria-label='new tiddler']").first().click();
  await page.locator("input.tc-titlebar").fill(title);
  await editor(page).fill(text);
  await save(page, title);
}

/** A sentence more, by the pencil of a page that is open. */
async function edit(page: Page, { title, text }: WrittenPage): Promise<void> {
  const shown = page.locator(`.tc-tiddler-frame[data-tiddler-title=${JSON.stringify(title)}]`);
  await shown.locator("button[aria-label='Edit this tiddler']").click();
  await editor(page).fill(text + ADDED);
  await save(page, title);
}

function editor(page: Page) {
  return page.frameLocator("iframe.tc-edit-texteditor-body").locator("textarea");
}

/** The tick; then the answer of the wiki's own server to the page as it is now. */
async function save(page: Page, title: string): Promise<void> {
  const saved = page.waitForResponse((answer) =>
    answer.request().method() === "PUT" && answer.url().endsWith(`/${encodeURIComponent(title)}`)
  );
  await page.locator("button[aria-label='Confirm changes to this tiddler']").click();
  assert.equal((await saved).status(), 204, title);
  // The form leaves with an animation.
  await page.locator("input.tc-titlebar").first().waitFor({ state: "detached" });
}

async function search(page: Page, { title, search }: WrittenPage): Promise<void> {
  await page.locator(".tc-search input[type=search]").fill(search);
  await page.locator(".tc-search-drop-down a", { hasText: title }).first().waitFor();
  await page.locator(".tc-search input[type=search]").fill("");
}

/** What the wiki's server sends to a browser that comes anew is what was written, to the character. */
async function read(page: Page, { title }: WrittenPage): Promise<string> {
  return await page.evaluate((name) => {
    const { $tw } = globalThis as unknown as { $tw: { wiki: { getTiddlerText(name: string): string } } };
    return $tw.wiki.getTiddlerText(name);
  }, title);
}

/**
 * Commands to be run as they stand may be refused at first. What the tester names as the reason is let pass in the text
 * of the wiki's pages: then they are saved, and the same words in a query are refused still. False: they were no reason
 * to refuse the page.
 */
async function except(aegis: AegisProcess, { title, text }: WrittenPage): Promise<boolean> {
  const path = `/recipes/default/tiddlers/${encodeURIComponent(title)}`;
  const headers = { "content-type": "application/json", "x-requested-with": "TiddlyWiki" };
  const body = JSON.stringify({ title, text });
  const put = async () =>
    (await ask({ port: aegis.httpPort, host: HOST, path, method: "PUT", headers, body })).status;
  if (await put() === 204) return false;
  assert.equal(await put(), 403, title);
  const { findings } = await aegis.perform("rules.test", {
    request: { method: "PUT", path, headers: Object.entries({ host: HOST, ...headers }), body },
    host: HOST,
  });
  assert.ok(findings.length > 0);
  for (const { rule_id } of findings) {
    await aegis.perform("exceptions.create", {
      rule_id,
      host_id: HOST,
      path: "/recipes/default/tiddlers/*",
      targets: ["json:text"],
      note: "pages hold commands",
    });
  }
  assert.equal(await put(), 204, title);
  const query = await ask({ port: aegis.httpPort, host: HOST, path: `/?q=${encodeURIComponent(text)}` });
  assert.equal(query.status, 403, title);
  return true;
}
