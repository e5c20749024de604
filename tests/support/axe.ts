import axe from "axe-core/axe.min.js" with { type: "text" };
import type { Page } from "playwright-core";

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** What axe-core finds on the page as it stands, serious and critical only, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(`window.axe === undefined && (() => { ${axe} })()`);
  const result = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })") as AxeResult;
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
