import { domainToASCII } from "node:url";
import { z } from "zod";
import { socketPathFault, socketPathOf } from "../core/target_url.ts";
import { addressKind } from "../lib/address_kind.ts";
import { readRevocationLists } from "../certificates/revocation_list.ts";
import { readCertificates } from "../certificates/pem.ts";
import { type AddressWords, formatAddress, formatCidr, parseAddress, parseCidr } from "../lib/ip.ts";

/**
 * Fields that several schemas share. A check that fails says what is wrong and, in `params.remedy`, what to write
 * instead; `schema_errors.ts` carries both into the FieldError.
 */
type Check<T> = (value: T) => { readonly message: string; readonly remedy: string } | null;

/** A zod check from a function that finds what is wrong with the value, or null. */
export function complain<T>(find: Check<T>): z.core.CheckFn<T> {
  return (payload) => {
    const found = find(payload.value);
    if (found === null) return;
    payload.issues.push({
      code: "custom",
      message: found.message,
      params: { remedy: found.remedy },
      input: payload.value,
    });
  };
}

/** Lower case, without the dot of the root, Unicode names as A-labels. What cannot be read is left as it is. */
export function normalDomain(text: string): string {
  let name = text.trim().toLowerCase();
  if (name.endsWith(".")) name = name.slice(0, -1);
  const wildcard = name.startsWith("*.");
  const base = wildcard ? name.slice(2) : name;
  if (/^[\x21-\x7e]*$/.test(base)) return name;
  const ascii = domainToASCII(base);
  return ascii === "" ? name : (wildcard ? "*." : "") + ascii;
}

/** An exact name, `*.example.com`, or an IP address that is asked for as such. */
export const Domain = z.string().overwrite(normalDomain).check(complain(domainFault));

function domainFault(name: string) {
  const fault = (message: string, remedy: string) => ({ message, remedy });
  if (name === "") return fault("the domain is empty", "write a name such as shop.example.com");
  if (name.includes("://")) {
    return fault(`"${name}" is a URL`, "write the name alone, without http:// or https://");
  }
  if (parseAddress(name) !== null || parseAddress(name.replace(/^\[(.*)\]$/, "$1")) !== null) return null;
  if (name.includes("/")) return fault(`"${name}" holds a path`, "write the name alone, without a path");
  if (name.includes(":")) {
    return fault(`"${name}" holds a port`, "write the name alone: the port is the listener's");
  }
  const base = name.startsWith("*.") ? name.slice(2) : name;
  if (base.includes("*")) {
    return fault(
      `"${name}": * stands only for the first label`,
      "write *.example.com, or the names one by one",
    );
  }
  if (base.length > 253) return fault("the domain is longer than 253 characters", "shorten it");
  const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
  const bad = base.split(".").find((each) => !label.test(each));
  if (bad === undefined) return null;
  const what = bad === "" ? "an empty label" : `the label "${bad}"`;
  return fault(`"${name}" holds ${what}`, "labels are 1 to 63 letters, digits and hyphens, parted by dots");
}

/** Addresses that lead to a cloud's metadata or to link-local services: never a target (spec 01, target rule). */
export function isNeverTarget(address: AddressWords): boolean {
  const kind = addressKind(address);
  return kind === "link-local" || kind === "metadata";
}

/** `http://host:port`, `https://host:port` or `unix:/path`; where sockets may be is checked by who knows the directory. */
export const TargetUrl = z.string().overwrite(normalTarget).check(complain(targetFault));

function normalTarget(text: string): string {
  const path = socketPathOf(text.trim());
  if (path !== null) return `unix:${path}`;
  const url = URL.parse(text.trim());
  return url !== null && targetFault(text.trim()) === null ? url.origin : text.trim();
}

function targetFault(text: string) {
  const fault = (message: string, remedy: string) => ({ message, remedy });
  const example = "write http://address:port, https://address:port or unix:/path/of/socket";
  const path = socketPathOf(text);
  if (path !== null) {
    const wrong = socketPathFault(path);
    return wrong === null
      ? null
      : fault(wrong, "write unix: and the absolute path, as unix:/run/app/web.sock");
  }
  const url = URL.parse(text);
  if (url === null || url.hostname === "") return fault(`"${text}" is not a URL`, example);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return fault(`the scheme ${url.protocol.slice(0, -1)} is not served`, example);
  }
  // [SECURITY] userinfo in a URL makes one host look like another and would put a password into logs.
  if (url.username !== "" || url.password !== "") {
    return fault(
      "the URL holds a user name or password",
      "leave them out: the application asks for them itself",
    );
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    return fault("the URL holds a path", `write ${url.origin}: the request's own path is passed on`);
  }
  if (url.port === "0") return fault("port 0 cannot be reached", "ports are 1 to 65535");
  // [SECURITY] SSRF: cloud metadata hands out credentials to whoever can reach it.
  const words = parseAddress(url.hostname.replace(/^\[(.*)\]$/, "$1"));
  if (words !== null && isNeverTarget(words)) {
    return fault(
      `${url.hostname} is a link-local or metadata address`,
      "such addresses are never proxied to",
    );
  }
  return null;
}

/** An address or a network in CIDR notation, canonical. */
export const Cidr = z.string().overwrite((text) => {
  const cidr = parseCidr(text.trim());
  return cidr === null ? text.trim() : formatCidr(cidr);
}).check(complain((text: string) => {
  if (parseCidr(text) !== null) return null;
  return {
    message: `"${text}" is no address or network`,
    remedy: "write 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32",
  };
}));

/** Certificates of authorities as PEM text; empty: none are named. */
export const CertificateBundle = z.string().max(262_144).overwrite((text) => text.trim()).check(
  complain((text: string) => {
    const read = text === "" ? [] : readCertificates(text);
    if (typeof read === "string") {
      return { message: read, remedy: "paste the PEM text of the authorities' certificates" };
    }
    return null;
  }),
);

/** Revocation lists as PEM text; empty: none. */
export const RevocationLists = z.string().max(4_194_304).overwrite((text) => text.trim()).check(
  complain((text: string) => {
    const read = readRevocationLists(text);
    if (typeof read !== "string") return null;
    return { message: read, remedy: "paste the PEM text: openssl crl -inform der -in list.crl" };
  }),
);

/** Method names are case-sensitive (RFC 9110 §9.1); all that are registered are upper case, so they are read so. */
export const Method = z.string().overwrite((text) => text.trim().toUpperCase()).check(
  complain((text: string) => {
    if (/^[A-Z0-9!#$%&'*+.^_`|~-]{1,32}$/.test(text)) return null;
    return { message: `"${text}" is no method`, remedy: "write GET, POST, …" };
  }),
);

/** The value of a header: visible ASCII and spaces. */
export const HeaderValue = z.string().max(256).check(complain((text: string) => {
  // [SECURITY] response splitting (CWE-113): no CR, LF or other control byte ever stands in a header.
  if (/^[\x20-\x7e]*$/.test(text)) return null;
  return { message: "holds a character that a header cannot hold", remedy: "use visible ASCII characters" };
}));

/** The text of a listening address as the log shows it. */
export function formatListen(address: { readonly hostname: string; readonly port: number }): string {
  const words = parseAddress(address.hostname);
  const name = words === null ? address.hostname : formatAddress(words);
  return `${name.includes(":") ? `[${name}]` : name}:${address.port}`;
}
