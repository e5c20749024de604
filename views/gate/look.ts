import { createHash } from "node:crypto";
import { escapeHtml } from "./escape.ts";

/** A site's own name and colours on the pages of this folder. */
export interface GateLook {
  readonly brand: string;
  /** `https://…` or `data:image/…`; empty: none. */
  readonly logo: string;
  /** `#rrggbb`. */
  readonly accentColor: string;
  readonly contactEmail: string;
  readonly contactUrl: string;
}

/** The style sheet behind the common one. */
export function lookStyle(look: GateLook): string {
  return `:root{--brand:${look.accentColor}}`;
}

/** What stands above the page's heading; `site`: the name that was asked for. */
export function lookHead(look: GateLook, site: string): string {
  const logo = look.logo === "" ? "" : `<img class="logo" alt="" src="${escapeHtml(look.logo)}">`;
  const name = look.brand === "" ? site : look.brand;
  return name === "" && logo === "" ? "" : `<p class="site">${logo}${escapeHtml(name)}</p>`;
}

/** Who can be asked; empty where nobody is named. */
export function lookContact(look: GateLook, label: string): string {
  const ways = [
    look.contactEmail === ""
      ? ""
      : `<a href="mailto:${escapeHtml(look.contactEmail)}">${escapeHtml(look.contactEmail)}</a>`,
    look.contactUrl === ""
      ? ""
      : `<a href="${escapeHtml(look.contactUrl)}">${
        escapeHtml(look.contactUrl.replace(/^https?:\/\//, ""))
      }</a>`,
  ].filter((way) => way !== "");
  return ways.length === 0 ? "" : `<p class="fine">${escapeHtml(label)} ${ways.join(", ")}</p>`;
}

/** [SECURITY] `policy` of the common pages, with this look's style sheet and logo and nothing else besides. */
export function lookPolicy(policy: string, look: GateLook): string {
  const hash = createHash("sha256").update(lookStyle(look)).digest("base64");
  const image = look.logo === "" ? "" : `; img-src ${logoSource(look.logo)}`;
  return policy.replace("style-src ", `style-src 'sha256-${hash}' `) + image;
}

function logoSource(logo: string): string {
  return logo.startsWith("data:") ? "data:" : new URL(logo).origin;
}
