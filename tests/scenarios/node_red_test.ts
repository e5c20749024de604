/** Node-RED, an editor made of one page, JSON and a WebSocket, behind Aegis in enforce mode. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page, WebSocket } from "playwright-core";
import { startAegis } from "../support/aegis_process.ts";
import { nextWebSocketStatus, protocolsOf, startChromium } from "../support/browser.ts";
import { chromiumTrusts } from "../support/local_trust.ts";
import { npmPackage, startNodeApplication } from "../support/npm_application.ts";
import { assertNothingRefused } from "../support/refusals.ts";

const HOST = "flows.test";

/** No questions at the first visit, no calls to the outside. */
const SETTINGS = `module.exports = {
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false, palette: { catalogues: [] } },
  credentialSecret: false,
};
`;

/** Playwright's handles outlive the test by a moment. */
const LOOSE = { sanitizeResources: false, sanitizeOps: false };

Deno.test(
  "flows are drawn, deployed and watched live through Aegis, without one refusal",
  LOOSE,
  async () => {
    const program = join(await npmPackage("node-red", "4.1.2"), "red.js");
    await using cleanUp = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir({ prefix: "aegis-flows-" });
    cleanUp.defer(() => Deno.remove(folder, { recursive: true }));
    await Deno.writeTextFile(join(folder, "settings.js"), SETTINGS);
    const editor = await startNodeApplication((port) => [program, "-p", String(port), "-u", folder]);
    cleanUp.defer(() => editor.stop());
    const aegis = await startAegis({
      config: `hosts:
  - { domains: [${HOST}], targets: [{ url: "${editor.url}" }], waf: { mode: enforce } }
`,
    });
    cleanUp.defer(async () => assert.equal(await aegis.stop(), 0));
    const chromium = await startChromium([
      `--host-resolver-rules=MAP ${HOST} 127.0.0.1`,
      await chromiumTrusts(aegis, [HOST]),
    ]);
    cleanUp.defer(() => chromium.close());
    const rounds = [
      {
        base: `http://${HOST}:${aegis.httpPort}`,
        scheme: "ws:",
        protocol: "http/1.1",
        handshake: 101,
        y: 150,
      },
      { base: `https://${HOST}:${aegis.httpsPort}`, scheme: "wss:", protocol: "h2", handshake: 200, y: 350 },
    ];
    for (const { base, scheme, protocol, handshake, y } of rounds) {
      const context = await chromium.browser.newContext({ viewport: { width: 1400, height: 900 } });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const opened = page.waitForEvent("websocket");
      const refused: string[] = [];
      page.on("response", (answer) => {
        if (answer.status() >= 400) {
          refused.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`);
        }
      });
      const webSocket = await nextWebSocketStatus(page);
      await page.goto(base);
      const comms = await opened;
      assert.equal(new URL(comms.url()).protocol, scheme);
      assert.equal(await webSocket.status, handshake);
      await drawAndDeploy(page, y);
      await pressAndWatch(page, comms);
      assert.equal(await importFlow(page, `heating-${y}`), 200);
      assert.deepEqual(refused, []);
      assert.deepEqual(await protocolsOf(page), [protocol]);
      await context.close();
    }
    await assertNothingRefused(aegis, HOST);
  },
);

/** An inject and a debug node from the palette, joined by a wire, and the red button. */
async function drawAndDeploy(page: Page, y: number): Promise<void> {
  const chart = page.locator("#red-ui-workspace-chart");
  const nodes = chart.locator(".red-ui-flow-node-group");
  await page.locator(".red-ui-palette-node[data-palette-type=inject]").waitFor();
  const before = await nodes.count();
  await drop(page, "inject", 300, y);
  await drop(page, "debug", 600, y);
  await nodes.nth(before + 1).waitFor();
  await chart.locator(".red-ui-flow-port-output .red-ui-flow-port").last().dragTo(
    chart.locator(".red-ui-flow-port-input .red-ui-flow-port").last(),
  );
  const [deployed] = await Promise.all([
    page.waitForResponse((answer) =>
      answer.request().method() === "POST" && new URL(answer.url()).pathname === "/flows"
    ),
    page.locator("#red-ui-header-button-deploy").click(),
  ]);
  assert.equal(deployed.status(), 200);
  // As long as it turns the editor takes no other button.
  await page.locator(".red-ui-deploy-button-spinner").waitFor({ state: "hidden" });
}

async function drop(page: Page, type: string, x: number, y: number): Promise<void> {
  await page.locator(`.red-ui-palette-node[data-palette-type=${type}]`).dragTo(
    page.locator("#red-ui-workspace-chart"),
    { targetPosition: { x, y } },
  );
}

/** The button of the newest inject node; what the debug node hears comes back over the WebSocket. */
async function pressAndWatch(page: Page, comms: WebSocket): Promise<void> {
  const [pressed] = await Promise.all([
    page.waitForResponse((answer) => new URL(answer.url()).pathname.startsWith("/inject/")),
    comms.waitForEvent("framereceived", {
      predicate: ({ payload }) => String(payload).includes('"topic":"debug"'),
    }),
    page.locator("#red-ui-workspace-chart .red-ui-flow-node-button:not(.red-ui-flow-node-button-disabled)")
      .locator(".red-ui-flow-node-button-button").first().click(),
  ]);
  assert.equal(pressed.status(), 200);
}

/** A flow as somebody wrote it: a function, a page, and notes, sent as the editor's own import would. */
function importFlow(page: Page, label: string): Promise<number> {
  const nodes = [
    {
      id: `${label}-n1`,
      type: "function",
      name: "Mean of the day's values",
      outputs: 1,
      func: `const values = flow.get("values") ?? [];
values.push(Number(msg.payload));
if (values.length > 24 || msg.reset === true) values.shift();
flow.set("values", values);
msg.payload = values.reduce((a, b) => a + b, 0) / values.length;
node.status({ fill: msg.payload > 21 ? "red" : "green", shape: "dot", text: msg.payload.toFixed(1) + " °C" });
return msg;`,
      x: 200,
      y: 80,
      wires: [[`${label}-n2`]],
    },
    {
      id: `${label}-n2`,
      type: "template",
      name: "Page",
      field: "payload",
      format: "handlebars",
      template: `<html><head><title>Heating</title></head><body>
<h1>It's {{payload}} °C</h1><p class="note">Don't open the "balcony" door &amp; windows.</p>
</body></html>`,
      x: 400,
      y: 80,
      wires: [[]],
    },
    {
      id: `${label}-n3`,
      type: "comment",
      name: "What's this?",
      info: "# Heating\n\nSelects the *mean* from the last 24 values -- ask O'Neil; see `settings.js`.",
      x: 200,
      y: 160,
      wires: [],
    },
  ];
  return page.evaluate(async (flow) => {
    const answer = await fetch("flow", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(flow),
    });
    return answer.status;
  }, { label, nodes });
}
