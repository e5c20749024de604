import { parseCookies } from "../identity/web_session.ts";
import type { Theme } from "../../views/model.ts";

/** How a browser wants the pages; kept in its own cookies, not secret. */
export interface Preferences {
  readonly theme: Theme;
  /** Single-letter keys are on. */
  readonly keys: boolean;
}

const YEAR_SECONDS = 31_536_000;

export function readPreferences(cookieHeader: string | undefined): Preferences {
  const cookies = new Map(parseCookies(cookieHeader));
  const theme = cookies.get("aegis_theme");
  return {
    theme: theme === "light" || theme === "dark" ? theme : "system",
    keys: cookies.get("aegis_keys") !== "off",
  };
}

/** Set-Cookie values that keep them. */
export function preferenceCookies(preferences: Preferences, secure: boolean): string[] {
  const tail = `; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Strict; HttpOnly${secure ? "; Secure" : ""}`;
  return [`aegis_theme=${preferences.theme}${tail}`, `aegis_keys=${preferences.keys ? "on" : "off"}${tail}`];
}
