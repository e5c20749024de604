import assert from "node:assert/strict";
import { PASSWORD, startAdminFixture } from "../support/admin_fixture.ts";

/** Spec 04, Admin UI: a page with all that it loads, uncompressed. */
const WHOLE_BYTES = 150_000;
/** The parts, so that what grows is found where it grows. */
const PAGE_BYTES = 48_000;
const CSS_BYTES = 32_000;
const SCRIPT_BYTES = 12_000;

const HEAVY = [
  "/",
  "/?range=24h&view=table",
  "/traffic",
  "/rules",
  "/hosts",
  "/hosts/h-wiki/targets",
  "/settings",
  "/audit",
  "/help",
];

Deno.test("every page and all that it loads is under 150 kB", async () => {
  const fixture = startAdminFixture();
  try {
    const signIn = await fetch(`${fixture.url}/sign-in`, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ name: "Mira Olsen", password: PASSWORD }),
      headers: { origin: fixture.url },
    });
    await signIn.body?.cancel();
    const cookie = signIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const sizeOf = async (path: string) => {
      const response = await fetch(fixture.url + path, { headers: { cookie } });
      assert.equal(response.status, 200, path);
      return { text: await response.clone().text(), bytes: (await response.arrayBuffer()).byteLength };
    };
    for (const path of HEAVY) {
      const page = await sizeOf(path);
      assert.ok(page.bytes <= PAGE_BYTES, `${path}: the page alone is ${page.bytes} bytes`);
      let whole = page.bytes;
      for (const [, asset] of page.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
        const { bytes } = await sizeOf(asset ?? "");
        whole += bytes;
        if (asset?.endsWith(".css")) assert.ok(bytes <= CSS_BYTES, `${asset} is ${bytes} bytes`);
        if (asset?.startsWith("/assets/app.") && asset.endsWith(".js")) {
          assert.ok(bytes <= SCRIPT_BYTES, `${asset} is ${bytes} bytes`);
        }
      }
      assert.ok(whole <= WHOLE_BYTES, `${path}: ${whole} bytes in all`);
      if (Deno.env.has("SHOW_WEIGHTS")) {
        await Deno.stdout.write(new TextEncoder().encode(`${path} ${page.bytes} ${whole}\n`));
      }
    }
  } finally {
    await fixture.close();
  }
});
