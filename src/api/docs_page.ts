import { createHash } from "node:crypto";
import type { OpenApiDocument } from "./openapi.ts";

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:0 auto;padding:1.5rem}
h2{margin-top:2rem;text-transform:capitalize}
section{border-top:1px solid color-mix(in srgb,currentColor 20%,transparent);padding:.75rem 0}
h3{margin:0;font:600 1rem ui-monospace,monospace}
p{margin:.25rem 0}
pre{overflow:auto;padding:.75rem;border-radius:6px;background:color-mix(in srgb,currentColor 8%,transparent);font:.85rem/1.45 ui-monospace,monospace}`;

/** The page's own policy: nothing but its one style sheet. */
export const DOCS_CSP = `default-src 'none'; style-src 'sha256-${
  createHash("sha256").update(STYLE).digest("base64")
}'; frame-ancestors 'none'; base-uri 'none'`;

/** The document for people: every route with what it takes and gives, without script. */
export function docsPage(document: OpenApiDocument): string {
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation }))
  );
  const groups = Map.groupBy(entries, ({ operation }) => String((operation.tags as string[])[0]));
  const body = [...groups].map(([tag, members]) => `<h2>${escape(tag)}</h2>${members.map(section).join("")}`)
    .join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><title>Aegis API</title>` +
    `<style>${STYLE}</style></head><body><main><h1>Aegis API ${escape(document.info.version)}</h1>` +
    `<p>${
      escape(document.info.description)
    }</p><p><a href="openapi.json">openapi.json</a></p>${body}</main></body></html>`;
}

function section(
  { path, method, operation }: { path: string; method: string; operation: Record<string, unknown> },
): string {
  const parameters = operation.parameters as readonly { name: string; in: string }[] | undefined;
  const names = parameters?.map((each) => `${each.name} (${each.in})`).join(", ");
  return `<section><h3>${method.toUpperCase()} /api/v1${escape(path)}</h3>` +
    `<p>${escape(String(operation.summary))}. ${escape(String(operation.description))}</p>` +
    (names === undefined ? "" : `<p>Parameters: ${escape(names)}</p>`) +
    details("Body", operation.requestBody) + details("Answers", operation.responses) + "</section>";
}

function details(title: string, value: unknown): string {
  if (value === undefined) return "";
  return `<details><summary>${title}</summary><pre>${escape(JSON.stringify(value, null, 2))}</pre></details>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}
