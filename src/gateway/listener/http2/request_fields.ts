import { HeaderList } from "../../../core/header_list.ts";
import { isCommonName } from "../http1/field_names.ts";
import { isFieldValue, malformed, type ParseFailure, smuggling } from "../http1/fields.ts";

const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const SPLITTING = /[\0\r\n]/;

/** What a message of HTTP/1.1 says of its connection; here it is malformed (RFC 9113, 8.2.2). */
const CONNECTION_SPECIFIC: ReadonlySet<string> = new Set([
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** What a connection sent last: every byte of it was looked at, and a client repeats most of its fields. */
interface KnownFields {
  /** As they came. */
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly authority: string | null;
  /** What was made of them; nobody changes it any more. */
  readonly headers: HeaderList;
  readonly hosts: number;
  readonly lengths: number;
  readonly contentLength: string;
  readonly expect: string | null;
  readonly priority: string | null;
}

const NO_FIELDS = new HeaderList();

/**
 * Takes the fields of one header block after the other from the HPACK decoder, and checks them by RFC 9113, 8.2 and
 * 8.3. One serves a connection; what it gathered is valid from `finish` to `begin`. Where a request
 * repeats all fields of the one before it gets the same list, with whatever was made of that.
 *
 * [SECURITY] Everything goes out as HTTP/1.1: a CR, LF or NUL in a name or value would be a second request
 * (H2.CL and H2.TE desync, CWE-444), so nothing is repaired.
 */
export class RequestFields {
  headers = new HeaderList();
  method: string | null = null;
  scheme: string | null = null;
  authority: string | null = null;
  path: string | null = null;
  /** RFC 8441, 4. */
  protocol: string | null = null;
  /** First letters of the pseudo-headers in their order. */
  pseudoOrder = "";
  failure: ParseFailure | null = null;
  hosts = 0;
  lengths = 0;
  contentLength = "";
  expect: string | null = null;
  priority: string | null = null;
  #known: KnownFields | null = null;
  /** Fields so far; as long as `#repeats`, they are those of `#known` and stand in no list yet. */
  #fields = 0;
  #repeats = false;
  #names: string[] = [];
  #values: string[] = [];
  #isTrailer = false;
  #cookieAt = -1;

  /** Takes a field; handed to the decoder. */
  readonly take = (name: string, value: string): void => {
    if (this.failure !== null) return;
    if (name.charCodeAt(0) === 0x3a) {
      this.failure = this.#pseudo(name, value);
      return;
    }
    const known = this.#known;
    const at = this.#fields++;
    // Strings of the decoder's table are equal by identity.
    const isKnown = known !== null && known.values[at] === value && known.names[at] === name;
    if (this.#repeats) {
      if (isKnown && known.authority === this.authority) return;
      this.#diverge(at);
    }
    this.failure = this.#field(name, value, isKnown);
  };

  begin(isTrailer: boolean): void {
    this.headers = NO_FIELDS;
    this.method = null;
    this.scheme = null;
    this.authority = null;
    this.path = null;
    this.protocol = null;
    this.pseudoOrder = "";
    this.failure = null;
    this.hosts = 0;
    this.lengths = 0;
    this.contentLength = "";
    this.expect = null;
    this.priority = null;
    this.#isTrailer = isTrailer;
    this.#cookieAt = -1;
    this.#fields = 0;
    this.#repeats = !isTrailer && this.#known !== null;
    if (!this.#repeats) this.#clear();
  }

  /** The block is over: now `headers` and what stands in them are complete. */
  finish(): void {
    const known = this.#known;
    if (this.#repeats && known !== null) {
      if (this.#fields === known.names.length && known.authority === this.authority) {
        return this.#reuse(known);
      }
      this.#diverge(this.#fields);
    }
    // A request without any field of its own.
    if (this.headers.length === 0 && this.authority !== null && !this.#isTrailer) {
      this.headers.appendSafe("host", this.authority);
    }
    // A list that was refused says nothing about what is safe.
    if (this.failure !== null || this.#isTrailer) return;
    const { authority, contentLength, expect, headers, hosts, lengths, priority } = this;
    const [names, values] = [this.#names, this.#values];
    this.#known = { authority, contentLength, expect, headers, hosts, lengths, names, priority, values };
  }

  #reuse(known: KnownFields): void {
    this.headers = known.headers;
    this.hosts = known.hosts;
    this.lengths = known.lengths;
    this.contentLength = known.contentLength;
    this.expect = known.expect;
    this.priority = known.priority;
  }

  /** The first `count` fields were those of the list before; here the two part. */
  #diverge(count: number): void {
    const { names, values } = this.#known!;
    this.#repeats = false;
    this.#clear();
    for (let i = 0; i < count && this.failure === null; i++) {
      this.failure = this.#field(names[i]!, values[i]!, true);
    }
  }

  #clear(): void {
    this.headers = new HeaderList();
    this.#names = [];
    this.#values = [];
  }

  /** `isKnown`: this connection has sent the same field before, and it was looked at. */
  #field(name: string, value: string, isKnown: boolean): ParseFailure | null {
    const { headers } = this;
    this.#names.push(name);
    this.#values.push(value);
    // In front, where a client of HTTP/1.1 has it; compared with a Host field when that comes.
    if (headers.length === 0 && this.authority !== null) headers.appendSafe("host", this.authority);
    if (!isKnown) {
      const failure = checkField(name, value);
      if (failure !== null) return failure;
    }
    switch (name) {
      case "host":
        return this.#host(value);
      case "cookie":
        return this.#cookie(value);
      case "content-length":
        this.lengths++;
        this.contentLength = value;
        break;
      case "expect":
        this.expect = value;
        break;
      case "priority":
        this.priority = value;
        break;
      case "te":
        if (value.toLowerCase() !== "trailers") return malformed("TE is not `trailers`");
        break;
    }
    headers.appendSafe(name, value);
    return null;
  }

  #host(value: string): ParseFailure | null {
    if (++this.hosts > 1) return malformed("more than one Host");
    if (this.authority === null) this.headers.appendSafe("host", value);
    else if (this.authority.toLowerCase() !== value.toLowerCase()) {
      // [SECURITY] RFC 9113, 8.3.1: whoever reads the other one behind us would route elsewhere.
      return malformed(":authority and Host name different hosts");
    }
    return null;
  }

  /** RFC 9113, 8.2.3: crumbs become one field before anybody of HTTP/1.1 sees them. */
  #cookie(value: string): ParseFailure | null {
    if (this.#cookieAt < 0) {
      this.#cookieAt = this.headers.length;
      this.headers.appendSafe("cookie", value);
    } else {
      this.headers.extend(this.#cookieAt, `; ${value}`);
    }
    return null;
  }

  #pseudo(name: string, value: string): ParseFailure | null {
    if (this.#isTrailer) return malformed("pseudo-header in trailers");
    if (this.#fields > 0) return malformed("pseudo-header behind a field");
    const failure = checkValue(value);
    if (failure !== null) return failure;
    switch (name) {
      case ":method":
        if (this.method !== null) return malformed(":method twice");
        this.method = value;
        break;
      case ":scheme":
        if (this.scheme !== null) return malformed(":scheme twice");
        this.scheme = value;
        break;
      case ":authority":
        if (this.authority !== null) return malformed(":authority twice");
        this.authority = value;
        break;
      case ":path":
        if (this.path !== null) return malformed(":path twice");
        this.path = value;
        break;
      case ":protocol":
        if (this.protocol !== null) return malformed(":protocol twice");
        this.protocol = value;
        break;
      default:
        return malformed("unknown pseudo-header");
    }
    this.pseudoOrder += name[1];
    return null;
  }
}

/** Why a regular field may not stand in a message (RFC 9113, 8.2), or null. */
export function checkField(name: string, value: string): ParseFailure | null {
  if (!isCommonName(name) && !NAME.test(name)) {
    if (SPLITTING.test(name)) return smuggling("CR, LF or NUL in a field name");
    return malformed("field name is no token in lower case");
  }
  if (CONNECTION_SPECIFIC.has(name)) {
    return name === "transfer-encoding"
      ? smuggling("Transfer-Encoding in HTTP/2")
      : malformed(`connection-specific field ${name}`);
  }
  return checkValue(value);
}

/** The same for a value alone. */
export function checkValue(value: string): ParseFailure | null {
  if (!isFieldValue(value)) {
    return SPLITTING.test(value)
      ? smuggling("CR, LF or NUL in a field value")
      : malformed("control byte in a field value");
  }
  // RFC 9113, 8.2.1.
  if (value !== "" && (isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(value.length - 1)))) {
    return malformed("white space around a field value");
  }
  return null;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
