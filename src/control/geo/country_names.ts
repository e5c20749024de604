import { countryName } from "../../lib/country_name.ts";

/** The country's English name, its code where it has none, and what an empty code stands for. */
export function nameOf(code: string): string {
  return code === "" ? "Not known" : countryName(code) ?? code;
}
