import type { Reason } from "../../src/core/reason.ts";

/** Every text that a visitor of a protected site can read, in one language. */
export interface GateMessages {
  readonly blockedTitle: string;
  /** Why it was refused, in the visitor's words; reasons without an entry get `blockedOther`. */
  readonly blockedWhy: Partial<Readonly<Record<Reason, string>>>;
  readonly blockedOther: string;
  readonly sendNumber: string;
  readonly startPage: string;
  readonly goBackHint: string;
  readonly errorCode: string;
  readonly errorTitle: string;
  readonly errorOther: string;
  /** By HTTP status. */
  readonly error: Readonly<Record<number, { readonly title: string; readonly text: string }>>;
  readonly hopYou: string;
  readonly hopGateway: string;
  readonly hopNoAnswer: string;
  readonly tryAgain: string;
  readonly formHint: string;
  readonly ownerNumber: string;
  readonly contact: string;
}

const ENGLISH: GateMessages = {
  blockedTitle: "This request was refused",
  blockedWhy: {
    waf:
      "Something in it looked like an attack on the site. That can happen with ordinary text, such as a code example in a comment. Your device is fine, and you are not banned.",
    ban: "The owner of the site has closed it to your network address.",
    blacklist: "The owner of the site has closed it to your network address.",
    ip_timeout: "Too much came from your network address in a short time. It may pass again in a while.",
    allow_list: "The owner of the site lets only some network addresses in.",
    rate: "Too many requests came from your network address in a short time. Wait a moment, then try again.",
    connections: "Too many connections are open from your network address. Close some tabs, then try again.",
    body_too_large: "What you sent is larger than this site takes. A smaller file may pass.",
    uri_too_long: "The address you asked for is too long.",
    head_too_large:
      "Your browser sent more with its request than this site takes. Clearing the cookies of this site helps.",
    method: "This page does not take what was sent to it.",
    host_unknown: "No site of this name is served here. Look whether the address is spelled right.",
    geo: "The owner of the site does not offer it in your country.",
    bot: "The site is for people; automated access is not allowed.",
  },
  blockedOther: "The site did not take this request.",
  sendNumber:
    "If you were just using the site, send the owner this number. They can see what happened and let it pass.",
  startPage: "To the start page",
  goBackHint: "Going back usually brings your text back too.",
  errorCode: "Error",
  errorTitle: "Something went wrong",
  errorOther: "The request could not be answered.",
  error: {
    404: {
      title: "There is nothing here",
      text: "No site is served under this name. Look whether the address is spelled right.",
    },
    421: {
      title: "There is nothing here",
      text: "No site is served under this name. Look whether the address is spelled right.",
    },
    500: {
      title: "Something went wrong",
      text: "The gateway in front of the site failed while it worked on this request.",
    },
    502: {
      title: "The site is not answering",
      text:
        "Your connection works, and so does the gateway in front of the site. The site’s own server did not answer.",
    },
    503: {
      title: "The site is not available now",
      text: "Your connection works, and so does the gateway in front of the site. Try again in a moment.",
    },
    504: {
      title: "The site takes too long",
      text:
        "Your connection works, and so does the gateway in front of the site. The site’s own server did not answer in time.",
    },
  },
  hopYou: "You",
  hopGateway: "Gateway",
  hopNoAnswer: "no answer",
  tryAgain: "Try again",
  formHint: "If you had sent a form, look whether it arrived before you send it again.",
  ownerNumber: "Number for the owner:",
  contact: "Whom to ask:",
};

const LANGUAGES: Readonly<Record<string, GateMessages>> = Object.freeze({ en: ENGLISH });

/** The texts of a language, and its tag; English where there are none. `lang` as in `de` or `de-CH`. */
export function gateMessages(lang: string): { readonly lang: string; readonly texts: GateMessages } {
  const base = lang.toLowerCase().split("-")[0] ?? "en";
  const texts = Object.hasOwn(LANGUAGES, base) ? LANGUAGES[base] : undefined;
  return texts === undefined ? { lang: "en", texts: ENGLISH } : { lang: base, texts };
}
