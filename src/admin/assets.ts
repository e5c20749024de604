import { createHash } from "node:crypto";
import htmx from "htmx.org/dist/htmx.min.js" with { type: "text" };
import sse from "htmx.org/dist/ext/hx-sse.min.js" with { type: "text" };
import { squeezeCss } from "../../views/assets/squeeze_css.ts";
import app from "../../views/assets/app.js" with { type: "text" };
import appCss from "../../views/assets/app.css" with { type: "text" };
import icon from "../../views/assets/icon.svg" with { type: "text" };
import tokensCss from "../../views/assets/tokens.css" with { type: "text" };
import type { AssetUrls } from "../../views/model.ts";

export interface Asset {
  readonly type: string;
  readonly body: string;
}

/** The files that pages load, by their path. Its name holds a hash of the content, so it never changes. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  asset("app", "css", "text/css; charset=utf-8", squeezeCss(tokensCss) + squeezeCss(appCss)),
  asset("app", "js", "text/javascript; charset=utf-8", app),
  // One file: htmx starts in a timer, and an extension that comes after that is not asked any more.
  asset(
    "htmx",
    "js",
    "text/javascript; charset=utf-8",
    `${withoutSourceMap(htmx)};\n${withoutSourceMap(sse)}`,
  ),
  asset("icon", "svg", "image/svg+xml", icon),
]);

export const ASSET_URLS: AssetUrls = Object.freeze({
  css: urlOf("app", "css"),
  js: urlOf("app", "js"),
  htmx: urlOf("htmx", "js"),
  icon: urlOf("icon", "svg"),
});

function asset(name: string, extension: string, type: string, body: string): [string, Asset] {
  const hash = createHash("sha256").update(body).digest("hex").slice(0, 16);
  return [`/assets/${name}.${hash}.${extension}`, { type, body }];
}

function urlOf(name: string, extension: string): string {
  for (const path of ASSETS.keys()) {
    if (path.startsWith(`/assets/${name}.`) && path.endsWith(`.${extension}`)) return path;
  }
  throw new Error(`no asset ${name}.${extension}`);
}

function withoutSourceMap(script: string): string {
  return script.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "");
}
