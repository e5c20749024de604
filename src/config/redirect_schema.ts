import { z } from "zod";
import { REDIRECT_STATUSES } from "../core/transform.ts";
import { complain } from "./fields.ts";

/** Where a redirect host leads. */
export const RedirectInput = z.strictObject({
  url: z.string().max(2_048).overwrite((text) => text.trim()).check(complain(urlFault)),
  keep_path: z.boolean().default(true),
  status: z.literal([...REDIRECT_STATUSES]).default(301),
}).check((payload) => {
  const { url, keep_path } = payload.value;
  const parsed = URL.parse(url);
  if (!keep_path || parsed === null || (parsed.search === "" && parsed.hash === "")) return;
  payload.issues.push({
    code: "custom",
    path: ["url"],
    message: "the path cannot be put behind a query or fragment",
    params: { remedy: "leave out what follows ? or #, or set keep_path: false" },
    input: url,
  });
});

function urlFault(text: string) {
  const example = "write https://new.example.com or https://example.com/shop";
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return { message: `"${text}" is no http or https address`, remedy: example };
  }
  // [SECURITY] userinfo in an address makes one site look like another.
  if (url.username !== "" || url.password !== "") {
    return { message: "the address holds a user name or password", remedy: example };
  }
  if (/^[\x21-\x7e]+$/.test(text)) return null;
  return { message: "the address holds a blank or a special character", remedy: "write it percent-encoded" };
}
