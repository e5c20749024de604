import { parseCookies } from "../identity/web_session.ts";
import type { ToastMessage } from "../../views/model.ts";

/** A message that outlives one redirect, in a cookie of its own for at most this long. */
const SECONDS = 30;
/** Browsers keep cookies up to 4,096 bytes; a longer message loses its undo. */
const LONGEST = 3_000;

export function flashCookie(message: ToastMessage, secure: boolean): string {
  const value = encode(message);
  const kept = value.length <= LONGEST ? value : encode({ text: message.text.slice(0, 300) });
  return `${nameOf(secure)}=${kept}${tail(SECONDS, secure)}`;
}

export function clearFlashCookie(secure: boolean): string {
  return `${nameOf(secure)}=${tail(0, secure)}`;
}

/** [SECURITY] The undo's action must be a path of ours: a cookie is only as trustworthy as the browser. */
export function readFlash(cookieHeader: string | undefined, secure: boolean): ToastMessage | null {
  const value = new Map(parseCookies(cookieHeader)).get(nameOf(secure));
  if (value === undefined || value === "") return null;
  try {
    return checked(
      JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(value, { alphabet: "base64url" }))),
    );
  } catch {
    return null;
  }
}

function checked(value: unknown): ToastMessage | null {
  if (typeof value !== "object" || value === null || !("text" in value) || typeof value.text !== "string") {
    return null;
  }
  const undo = "undo" in value ? value.undo : undefined;
  if (typeof undo !== "object" || undo === null || !("action" in undo) || !("fields" in undo)) {
    return { text: value.text };
  }
  const { action, fields } = undo;
  if (typeof action !== "string" || !isOwnPath(action) || typeof fields !== "object" || fields === null) {
    return { text: value.text };
  }
  return {
    text: value.text,
    undo: {
      action,
      fields: Object.fromEntries(Object.entries(fields).map(([key, text]) => [key, String(text)])),
    },
  };
}

/** [SECURITY] A path on this origin, so that no message or form can lead elsewhere (open redirect, CWE-601). */
export function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])[^\\\s]*$/.test(path);
}

function encode(message: ToastMessage): string {
  return new TextEncoder().encode(JSON.stringify(message)).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}

function nameOf(secure: boolean): string {
  return secure ? "__Host-aegis_flash" : "aegis_flash";
}

function tail(seconds: number, secure: boolean): string {
  return `; Path=/; Max-Age=${seconds}; SameSite=Strict; HttpOnly${secure ? "; Secure" : ""}`;
}
