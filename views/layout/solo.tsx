import type { Child } from "hono/jsx";
import { Logo } from "../components/icon.tsx";
import type { AssetUrls, Theme } from "../model.ts";
import { Document } from "./document.tsx";

/** A page that stands alone: sign-in and the steps of the setup. */
export function Solo(
  props: {
    readonly title: string;
    readonly theme: Theme;
    readonly assets: AssetUrls;
    readonly publicName: string;
    readonly csrf?: string;
    readonly wide?: boolean;
    readonly children?: Child;
  },
) {
  return (
    <Document
      title={props.title}
      theme={props.theme}
      assets={props.assets}
      {...(props.csrf === undefined ? {} : { csrf: props.csrf })}
    >
      <main class={props.wide === true ? "solo wide" : "solo"} id="main" tabindex={-1}>
        <div class="brand">
          <Logo />Aegis <small>{props.publicName}</small>
        </div>
        {props.children}
      </main>
    </Document>
  );
}
