/** What the pages do in a browser beyond showing themselves: drawer, keys, toasts, live tail; and without script. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import {
  type AdminFixture,
  type FixtureOptions,
  PASSWORD,
  SETUP_TOKEN,
  startAdminFixture,
} from "../support/admin_fixture.ts";
import { COLOUR_RULES, seriousFindings } from "../support/axe.ts";
import { type Chromium, contextOf, listen, startChromium } from "../support/browser.ts";
import { until } from "../support/until.ts";

interface Visit {
  readonly page: Page;
  readonly fixture: AdminFixture;
}

/** Chromium lives on in Playwright's own handles a moment longer than the test. */
const LOOSE = { sanitizeResources: false, sanitizeOps: false };

let chromium: Chromium;

Deno.test.beforeAll(async () => {
  chromium = await startChromium();
});

Deno.test.afterAll(() => chromium.close());

/** Runs `run` with an administration and a browser profile of its own. */
async function visit(
  run: (visit: Visit) => Promise<void>,
  options: FixtureOptions & { readonly script?: boolean; readonly width?: number } = {},
): Promise<void> {
  const fixture = startAdminFixture(options);
  const context = await contextOf(chromium, {
    theme: "light",
    width: options.width ?? 1280,
    script: options.script ?? true,
  });
  try {
    const page = await context.newPage();
    const complaints = listen(page).list;
    if (options.setup !== true) {
      await page.goto(`${fixture.url}/sign-in`);
      await page.fill("[name=name]", "Mira Olsen");
      await page.fill("[name=password]", PASSWORD);
      await page.click("button[type=submit]");
      await page.waitForURL(`${fixture.url}/`);
    }
    await run({ page, fixture });
    assert.deepEqual(complaints.filter((complaint) => !/status of 422/.test(complaint)), []);
  } finally {
    await context.close();
    await fixture.close();
  }
}

Deno.test("the checks themselves see a fault", LOOSE, async () => {
  await visit(async ({ page }) => {
    await page.evaluate("document.querySelector('main').innerHTML = '<img><input>'");
    const findings = await seriousFindings(page);
    assert.ok(findings.some((finding) => finding.startsWith("image-alt")), findings.join("\n"));
    assert.ok(findings.some((finding) => finding.startsWith("label")), findings.join("\n"));
    await page.evaluate(`(() => {
      document.querySelector("main").innerHTML = "<p>Pale where it is dark</p>";
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("@media (prefers-color-scheme: dark) { main p { margin-top: 9rem; background: #222; color: #333 } }");
      document.adoptedStyleSheets.push(sheet);
    })()`);
    assert.deepEqual(await seriousFindings(page, COLOUR_RULES), []);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.match((await seriousFindings(page, COLOUR_RULES)).join("\n"), /^color-contrast/);
  });
});

Deno.test(
  "a request opens over the list with its address, and closing goes back to what opened it",
  LOOSE,
  async () => {
    await visit(async ({ page, fixture }) => {
      await page.goto(`${fixture.url}/traffic?range=7d`);
      const link = page.locator("tbody a.go").nth(2);
      const href = await link.getAttribute("href");
      await link.click();
      await page.locator("#drawer h2[tabindex]").waitFor();
      assert.equal(new URL(page.url()).pathname, href);
      assert.equal(await page.locator("tr[aria-selected=true]").count(), 1);
      assert.equal(await page.evaluate("document.activeElement.tagName"), "H2");
      await page.keyboard.press("Escape");
      await until("the drawer closes", async () => await page.locator("#drawer .drawer").count() === 0);
      assert.equal(new URL(page.url()).search, "?range=7d");
      assert.equal(await page.evaluate("document.activeElement.getAttribute('href')"), href);
    });
  },
);

Deno.test(
  "keys: g t, slash, j, Enter, j again, b, question mark; none of them in a field",
  LOOSE,
  async () => {
    await visit(async ({ page, fixture }) => {
      await page.keyboard.press("g");
      await page.keyboard.press("t");
      await page.waitForURL(/\/traffic$/);
      await page.keyboard.press("/");
      await page.keyboard.type("gh");
      assert.equal(await page.inputValue("#filter"), "gh");
      await page.locator("h1").focus();
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.locator("#drawer h2[tabindex]").waitFor();
      const first = page.url();
      await page.keyboard.press("j");
      await until("the next request is open", () => page.url() !== first);
      await page.keyboard.press("b");
      await page.locator("#ban:popover-open").waitFor();
      await page.keyboard.press("Escape");
      await page.locator("#ban").waitFor({ state: "hidden" });
      await page.goto(`${fixture.url}/help`);
      await page.keyboard.press("?");
      await page.locator("#keys:popover-open").waitFor();
    });
  },
);

Deno.test("the palette finds pages, hosts and addresses, and Enter goes there", LOOSE, async () => {
  await visit(async ({ page }) => {
    await page.keyboard.press("Control+k");
    await page.locator("#palette:popover-open").waitFor();
    await page.keyboard.type("203.0.113.9");
    await page.locator("#palette-list >> text=Requests of 203.0.113.9").waitFor();
    await page.fill("#palette input", "sett");
    await page.locator("#palette-list a.on >> text=Settings").waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/settings$/);
  });
});

Deno.test("a rule's switch acts at once and can be undone from the toast", LOOSE, async () => {
  await visit(async ({ page, fixture }) => {
    await page.goto(`${fixture.url}/rules`);
    await page.locator("#rule-sqli-120 [role=switch]").click();
    await page.locator("[data-toast] >> text=sqli-120 is switched off").waitFor();
    assert.equal(await page.locator("#rule-sqli-120 [role=switch]").isChecked(), false);
    await page.locator("[data-toast] button").click();
    await page.locator("[data-toast] >> text=follows the paranoia level again").waitFor();
    const changes = fixture.calls.filter((call) => call.name === "rules.switch").map((call) => call.input);
    assert.deepEqual(changes, [{ id: "sqli-120", switch: "off" }, { id: "sqli-120", switch: "inherit" }]);
    assert.equal(await page.locator("#rule-sqli-120 [role=switch]").isChecked(), true);
  });
});

Deno.test("the save bar names what was changed, and appears only then", LOOSE, async () => {
  await visit(async ({ page, fixture }) => {
    await page.goto(`${fixture.url}/hosts/h-wiki/protection`);
    assert.equal(await page.locator("[data-savebar]").isVisible(), false);
    await page.locator("label:has-text('Enforce')").click();
    await page.fill("[name='waf.threshold']", "9");
    assert.match(await page.locator("[data-savebar]").innerText(), /2 changes.*Mode, Threshold/s);
    await page.locator("[data-savebar] button").click();
    await page.locator("[data-toast] >> text=wiki.example.com is saved and in force").waitFor();
    const saved = fixture.calls.find((call) => call.name === "hosts.update")?.input;
    assert.deepEqual(saved, {
      id: "h-wiki",
      version: 3,
      host: {
        waf: {
          mode: "enforce",
          threshold: 9,
          paranoia: 2,
          rules: { "sqli-120": "detect" },
          learned: "score",
          response_bodies: false,
        },
        evidence: "off",
        file_scan: { mode: "off", on_failure: "pass" },
      },
    });
  });
});

Deno.test("a refused form keeps what was typed and puts the error at its field", LOOSE, async () => {
  await visit(async ({ page, fixture }) => {
    await page.goto(`${fixture.url}/hosts/new`);
    await page.fill("[name=domains]", "new.example.com");
    await page.fill("[name='targets.0.url']", "http://10.20.0.21:8080/shop");
    await page.locator("button:has-text('Add host')").click();
    const field = page.locator("[name='targets.0.url'][aria-invalid=true]");
    await field.waitFor();
    assert.equal(await page.inputValue("[name=domains]"), "new.example.com");
    const described = await field.getAttribute("aria-describedby");
    assert.match(
      await page.locator(`#${described}`).innerText(),
      /A target has no path\. Write http:\/\/10\.20\.0\.21:8080\./,
    );
    await field.fill("http://10.20.0.21:8080");
    await page.locator("button:has-text('Test the target')").click();
    await page.locator("text=The target answers").waitFor();
    await page.locator("button:has-text('Add host')").click();
    await page.locator("[data-toast] >> text=new.example.com is served").waitFor();
    assert.match(page.url(), /\/hosts\/h-\d$/);
  });
});

Deno.test("live rows come by the stream, wait while paused, and never grow the list", LOOSE, async () => {
  await visit(async ({ page, fixture }) => {
    await until("the tail is watched", () => fixture.watchers === 1);
    const row = (id: string) => ({
      id,
      at: 1_795_358_287_000,
      host_id: "",
      host: "live.example.com",
      client: "192.0.2.1",
      country: "SE",
      method: "GET",
      target: `/${id}<script>window.broken = 1</script>`,
      status: 200,
      action: "allowed" as const,
      reason: null,
      detail: "",
      latency_ms: 1,
      response_bytes: 1,
      score: 0,
      count: 1,
      rules: [],
    });
    fixture.push({ rows: [row("one"), row("two")], more: 0 });
    await page.locator("#tail li >> nth=0 >> text=/two").waitFor();
    await page.locator("[data-pause]").click();
    fixture.push({ rows: [row("three")], more: 0 });
    await until(
      "the row is held",
      async () => await page.locator("[data-live-state]").innerText() === "paused",
    );
    assert.equal(await page.locator("#tail >> text=/three").count(), 0);
    await page.locator("[data-pause]").click();
    await page.locator("#tail li >> nth=0 >> text=/three").waitFor();
    fixture.push({ rows: Array.from({ length: 20 }, (_, i) => row(`many-${i}`)), more: 5 });
    await page.locator("#tail >> text=and 19 more").waitFor();
    assert.equal(await page.locator("#tail li:not(.more)").count(), 6);
    assert.equal(await page.evaluate("window.broken"), undefined);
  });
});

Deno.test("theme and keys are kept by the browser", LOOSE, async () => {
  await visit(async ({ page, fixture }) => {
    await page.goto(`${fixture.url}/account`);
    await page.locator("label:has-text('Dark')").click();
    await page.locator("[name=keys]").uncheck();
    await page.locator("text=Save preferences").click();
    await page.locator("html[data-theme=dark][data-keys=off]").waitFor();
    await page.keyboard.press("?");
    assert.equal(await page.locator("#keys:popover-open").count(), 0);
  });
});

Deno.test("Enter in a field does what the form is for, not what its first button does", LOOSE, async () => {
  await visit(async ({ page, fixture }) => {
    await page.goto(`${fixture.url}/hosts/new`);
    await page.fill("[name=domains]", "enter.example.com");
    await page.fill("[name='targets.0.url']", "http://10.20.0.21:8080");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname !== "/hosts/new");
    await page.goto(`${fixture.url}/hosts/h-wiki/targets`);
    await page.fill("[name='targets.0.weight']", "7");
    await page.keyboard.press("Enter");
    await page.locator("[data-toast] >> text=saved and in force").waitFor();
    await page.goto(`${fixture.url}/rules/new`);
    await page.fill("[name='g.0.c.0.value']", "/export");
    await page.keyboard.press("Enter");
    await page.locator("[aria-invalid=true]").first().waitFor();
    assert.equal(await page.locator("[name='g.0.c.1.value']").count(), 0);
  });
});

Deno.test(
  "a choice that other fields depend on shows them at once and keeps what was typed",
  LOOSE,
  async () => {
    await visit(async ({ page, fixture }) => {
      await page.goto(`${fixture.url}/rules/new`);
      await page.fill("[name=name]", "No exports");
      assert.equal(await page.locator("[name=redirect_url]").count(), 0);
      await page.selectOption("[name=action]", "redirect");
      await page.locator("[name=redirect_url]").waitFor();
      await page.locator("label:has-text('A pattern')").click();
      await page.locator("[name=regex]").waitFor();
      assert.equal(await page.evaluate("document.activeElement.value"), "regex");
      assert.equal(await page.inputValue("[name=name]"), "No exports");
      assert.deepEqual(fixture.calls.filter(({ name }) => name.startsWith("rules.")), []);
    });
  },
);

Deno.test("the basics work without script: sign in, filter, open, change, sign out", LOOSE, async () => {
  await visit(async ({ page, fixture }) => {
    await page.goto(`${fixture.url}/traffic`);
    await page.fill("#filter", "action:blocked");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=action/);
    await page.locator("tbody a.go").first().click();
    await page.locator("h1 >> text=UNION SELECT").waitFor();
    await page.locator("button:has-text('Ban client…')").click();
    await page.locator("#ban button:has-text('Ban client')").click();
    await page.locator("[data-toast] >> text=is banned").waitFor();
    await page.goto(`${fixture.url}/hosts/h-wiki/protection`);
    await page.locator("label:has-text('Enforce')").click();
    await page.locator("[data-savebar] button").click();
    await page.locator("[data-toast] >> text=saved and in force").waitFor();
    await page.goto(`${fixture.url}/account`);
    await page.locator("button:has-text('Sign out')").click();
    await page.locator("text=You are signed out.").waitFor();
  }, { script: false });
});

Deno.test("the setup leads from the link to the dashboard", LOOSE, async () => {
  await visit(async ({ page, fixture }) => {
    await page.goto(`${fixture.url}/setup?token=${SETUP_TOKEN}`);
    await page.fill("[name=name]", "mira");
    await page.fill("[name=password]", PASSWORD);
    await page.click("button[type=submit]");
    await page.locator("h1 >> text=How closely").waitFor();
    await page.locator("label:has-text('More rules')").click();
    await page.click("button[type=submit]");
    await page.locator("h1 >> text=Whom shall Aegis tell").waitFor();
    await page.fill("[name=host]", "mail.example.com");
    await page.fill("[name=from_address]", "aegis@example.com");
    await page.fill("[name=recipients]", "ops@example.com");
    await page.click("button[type=submit]");
    await page.locator("h1 >> text=Which site").waitFor();
    await page.fill("[name=domains]", "shop.example.com");
    await page.fill("[name='targets.0.url']", "http://127.0.0.1:8080");
    await page.locator("button:has-text('Add host and finish')").click();
    await page.locator("h1 >> text=Aegis is ready").waitFor();
    await page.locator("text=To the dashboard").click();
    await page.waitForURL(`${fixture.url}/`);
  }, { setup: true });
});

Deno.test("the dashboard keeps itself up to date, but not under the pointer", LOOSE, async () => {
  await visit(async ({ page, fixture }) => {
    const asked = () => fixture.calls.filter((call) => call.name === "analytics.dashboard").length;
    const before = asked();
    const refresh = () => page.evaluate("htmx.trigger('#now', 'every')");
    await page.locator("#now .stat").first().hover();
    await refresh();
    await page.locator("h1").hover();
    await refresh();
    await until("the figures are asked for again", () => asked() === before + 1);
    await page.locator("#now .stat").first().waitFor();
    assert.equal(
      await page.locator("h1").innerText(),
      "shop.example.com is under attack, and it is being held",
    );
  });
});
