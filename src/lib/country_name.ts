const names = new Map<string, Intl.DisplayNames>();

/** The country's name in a language, or null where ISO 3166-1 has no such code. */
export function countryName(code: string, language = "en"): string | null {
  if (!/^[A-Z]{2}$/.test(code) || code === "ZZ") return null;
  let display = names.get(language);
  if (display === undefined) {
    display = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
    names.set(language, display);
  }
  return display.of(code) ?? null;
}
