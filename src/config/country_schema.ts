import { z } from "zod";
import { countryName } from "../lib/country_name.ts";
import { complain } from "./fields.ts";

/** ISO 3166-1 alpha-2, upper case. */
export const Country = z.string().overwrite(normalCountry).check(complain((code: string) => {
  if (countryName(code) !== null) return null;
  return {
    message: `"${code}" is no country`,
    remedy: "write its two letters (ISO 3166-1), such as DE, US or GB",
  };
}));

export const Countries = z.array(Country).max(300).overwrite((codes) => [...new Set(codes)].sort());

/** The United Kingdom's code is not the one that many write. */
function normalCountry(text: string): string {
  const code = text.trim().toUpperCase();
  return code === "UK" ? "GB" : code;
}
