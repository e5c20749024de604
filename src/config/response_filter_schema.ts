import { z } from "zod";
import { DEFAULT_RESPONSE_FILTER } from "../core/response_filter.ts";
import { complain } from "./fields.ts";
import { FieldName } from "./header_edits_schema.ts";

const Switches = z.strictObject({
  content_type_options: z.boolean(),
  frame_options: z.boolean(),
  referrer_policy: z.boolean(),
  xss_protection: z.boolean(),
  permissions_policy: z.boolean(),
  content_security_policy: z.boolean(),
});

const PolicyText = z.string().max(4_096).overwrite((text) => text.trim()).check(complain((text: string) => {
  // [SECURITY] response splitting (CWE-113)
  if (/^[\x20-\x7e]+$/.test(text)) return null;
  return text === ""
    ? { message: "is empty", remedy: "write a policy such as default-src 'self', or switch the header off" }
    : { message: "holds a character that a header cannot hold", remedy: "use visible ASCII characters" };
}));

const CookieName = z.string().max(128).overwrite((text) => text.trim()).check(complain((name: string) => {
  if (/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return null;
  return { message: `"${name}" is no name of a cookie`, remedy: "write the name alone, as session" };
}));

/** `response_filter` without defaults. */
const ResponseFilterFields = z.strictObject({
  headers: Switches,
  content_security_policy: PolicyText,
  remove: z.array(FieldName("response")).max(64),
  same_site: z.boolean(),
  same_site_exempt: z.array(CookieName).max(64),
});

const BY_DEFAULT = DEFAULT_RESPONSE_FILTER.headers;

/** The same, where what is left out is as usual. */
export const ResponseFilterInput = z.strictObject({
  headers: z.strictObject({
    content_type_options: Switches.shape.content_type_options.default(BY_DEFAULT.content_type_options),
    frame_options: Switches.shape.frame_options.default(BY_DEFAULT.frame_options),
    referrer_policy: Switches.shape.referrer_policy.default(BY_DEFAULT.referrer_policy),
    xss_protection: Switches.shape.xss_protection.default(BY_DEFAULT.xss_protection),
    permissions_policy: Switches.shape.permissions_policy.default(BY_DEFAULT.permissions_policy),
    content_security_policy: Switches.shape.content_security_policy.default(
      BY_DEFAULT.content_security_policy,
    ),
  }).prefault({}),
  content_security_policy: PolicyText.default(DEFAULT_RESPONSE_FILTER.content_security_policy),
  remove: ResponseFilterFields.shape.remove.default([]),
  same_site: z.boolean().default(DEFAULT_RESPONSE_FILTER.same_site),
  same_site_exempt: ResponseFilterFields.shape.same_site_exempt.default([]),
});

export const ResponseFilterPatch = ResponseFilterFields.extend({ headers: Switches.partial() }).partial();
