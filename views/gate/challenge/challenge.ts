import { squeezeCss } from "../../assets/squeeze_css.ts";
import { squeezeScript } from "../../assets/squeeze_script.ts";
import { gateDocument, gatePolicy, hashOf } from "../document.ts";
import { escapeHtml } from "../escape.ts";
import { type GateLook, lookContact } from "../look.ts";
import { gateMessages } from "../messages.ts";
import challengeCss from "./challenge.css" with { type: "text" };
import pageScript from "./page.js" with { type: "text" };
import solverScript from "./solver.js" with { type: "text" };

export interface ChallengePage {
  readonly requestId: string;
  /** What the browser brings back with its proof. */
  readonly ticket: string;
  /** Leading zero bits of each part. */
  readonly bits: number;
  readonly parts: number;
  /** Name of the site as the visitor asked for it; may be empty. */
  readonly host: string;
  readonly lang: string;
  readonly look: GateLook | null;
  readonly hasCheckbox: boolean;
  readonly underAttack: boolean;
  /** How long the pass lasts. */
  readonly minutes: number;
  /** Where a browser without scripts goes after `seconds`; null: scripts are needed. */
  readonly wait: { readonly url: string; readonly seconds: number } | null;
}

const SCRIPT = squeezeScript(`${solverScript}\n${pageScript}`);
const STYLE = squeezeCss(challengeCss);

/** [SECURITY] Only this one script runs, by its hash; its worker is made of the script itself, and it speaks to this site alone. */
export const CHALLENGE_POLICY: string = gatePolicy(
  [STYLE],
  `script-src 'sha256-${hashOf(SCRIPT)}'; worker-src blob:; connect-src 'self'`,
);

/** The page that has a browser prove itself. Send it with `CHALLENGE_POLICY`. */
export function renderChallengePage(page: ChallengePage): string {
  const { lang, texts } = gateMessages(page.lang);
  const own = texts.challenge;
  const { wait } = page;
  const data = {
    ticket: page.ticket,
    bits: page.bits,
    parts: page.parts,
    work: own.work,
    left: own.left,
    tick: own.tick,
    done: own.done,
    failed: own.failed,
    cookies: own.cookies,
  };
  const attributes = Object.entries(data).map(([key, value]) =>
    ` data-${key}="${escapeHtml(String(value))}"`
  );
  const why = page.underAttack ? own.flood : own.check;
  const box = page.hasCheckbox
    ? `<label class="check" hidden><input type="checkbox" id="box" autocomplete="off"> ${
      escapeHtml(own.box)
    }</label>`
    : "";
  const noScript = wait === null ? own.noScriptOff : numbered(own.noScriptWait, wait.seconds);
  const waitLink = wait === null
    ? ""
    : `<p><a href="${escapeHtml(wait.url)}">${escapeHtml(numbered(own.wait, wait.seconds))}</a></p>`;
  return gateDocument({
    lang,
    title: own.title,
    host: page.host,
    look: page.look,
    style: STYLE,
    head: wait === null ? "" : `<noscript>${refresh(wait.seconds, wait.url)}</noscript>`,
    mainAttributes: attributes.join(""),
    body: `<p>${escapeHtml(page.hasCheckbox ? why : `${why} ${own.nothing}`)}</p>` +
      `<div class="work">${box}<progress id="bar" max="100" value="0" aria-labelledby="st" hidden></progress>` +
      `<p id="st" role="status"></p>` +
      `<noscript><p><b>${escapeHtml(own.noScript)}</b> ${escapeHtml(noScript)}</p></noscript></div>` +
      `<details><summary>${escapeHtml(own.what)}</summary><p>${
        escapeHtml(numbered(own.whatText, page.minutes))
      }</p></details>` +
      `<details id="more"><summary>${escapeHtml(own.slow)}</summary>` +
      `<p class="acts"><a class="btn" href="">${escapeHtml(texts.tryAgain)}</a></p>${waitLink}` +
      `<p>${escapeHtml(own.slowText)}</p><p><code>${escapeHtml(page.requestId)}</code></p>` +
      (page.look ? lookContact(page.look, texts.contact) : "") + `</details><script>${SCRIPT}</script>`,
  });
}

export interface WaitPage {
  readonly host: string;
  readonly lang: string;
  readonly look: GateLook | null;
  readonly wait: { readonly url: string; readonly seconds: number };
}

/** For browsers without scripts that came before their time. Send it with `GATE_CONTENT_SECURITY_POLICY`. */
export function renderWaitPage({ host, lang: wanted, look, wait }: WaitPage): string {
  const { lang, texts } = gateMessages(wanted);
  return gateDocument({
    lang,
    title: texts.challenge.title,
    host,
    look,
    head: refresh(wait.seconds, wait.url),
    body: `<p>${escapeHtml(numbered(texts.challenge.waiting, wait.seconds))}</p>`,
  });
}

/** For browsers that did not keep the pass. Send it with `GATE_CONTENT_SECURITY_POLICY`. `back`: a path of this site. */
export function renderNoCookiePage(
  page: {
    readonly host: string;
    readonly lang: string;
    readonly look: GateLook | null;
    readonly back: string;
  },
): string {
  const { lang, texts } = gateMessages(page.lang);
  return gateDocument({
    lang,
    title: texts.challenge.title,
    host: page.host,
    look: page.look,
    body: `<p>${escapeHtml(texts.challenge.cookies)}</p>` +
      `<p class="acts"><a class="btn main" href="${escapeHtml(page.back)}">${
        escapeHtml(texts.tryAgain)
      }</a></p>`,
  });
}

function refresh(seconds: number, url: string): string {
  return `<meta http-equiv="refresh" content="${seconds}; url=${escapeHtml(url)}">`;
}

function numbered(text: string, number: number): string {
  return text.replaceAll("#", String(number));
}
