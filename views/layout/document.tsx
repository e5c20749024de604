import type { Child } from "hono/jsx";
import type { AssetUrls, Theme } from "../model.ts";

/** The document around every page of the admin. */
export function Document(
  props: {
    readonly title: string;
    readonly theme: Theme;
    readonly assets: AssetUrls;
    readonly csrf?: string;
    readonly keys?: boolean;
    readonly children?: Child;
  },
) {
  return (
    <html
      lang="en"
      data-theme={props.theme === "system" ? undefined : props.theme}
      data-keys={props.keys === false ? "off" : undefined}
    >
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="same-origin" />
        {/* [SECURITY] Nothing that comes with an answer is run as code: the policy has no unsafe-eval either. */}
        <meta name="htmx-config" content="history:reload includeIndicatorCSS:false extensions:sse" />
        {props.csrf === undefined ? null : <meta name="csrf" content={props.csrf} />}
        <title>{props.title} · Aegis</title>
        <link rel="icon" href={props.assets.icon} type="image/svg+xml" />
        <link rel="stylesheet" href={props.assets.css} />
        <script src={props.assets.htmx} defer />
        <script src={props.assets.js} defer />
      </head>
      <body>{props.children}</body>
    </html>
  );
}
