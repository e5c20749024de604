import axe from "axe-core/axe.min.js" with { type: "text" };
import type { BrowserContext, Page } from "playwright-core";

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** Rules that look at colours: all that another theme can change on a page. */
export const COLOUR_RULES = ["color-contrast", "link-in-text-block"] as const;

/** Every page that the context opens from now on has axe-core, which is faster than to bring it there each time. */
export async function bringAxe(context: BrowserContext): Promise<void> {
  await context.addInitScript({ content: axe });
}

/** What axe-core finds on the page as it stands, serious and critical only, one line each; by these rules or by all. */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (await page.evaluate("window.axe === undefined")) await page.evaluate(`(() => { ${axe} })()`);
  // Nothing of what passed leaves the page; only rules that are off would need its style sheets once more.
  const options = {
    resultTypes: ["violations"],
    reporter: "no-passes",
    preload: false,
    ...(rules === undefined ? {} : { runOnly: rules }),
  };
  const result = await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`) as AxeResult;
  return result.violations
    .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
    .map((violation) =>
      `${violation.id}: ${violation.help}: ${
        violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")
      }`
    );
}

/** Pixels by which the page can be scrolled sideways. */
export async function sidewaysScroll(page: Page): Promise<number> {
  return await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  ) as number;
}
