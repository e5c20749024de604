/** What the tester takes: a request line with headers, a curl command, or only a value. */
export interface TesterRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: [string, string][];
  readonly body: string;
}

const REQUEST_LINE = /^([A-Za-z]{1,20}) (\S+)(?: HTTP\/[\d.]+)?$/;

/** Never fails: what is neither request nor command is tried as the value of a query argument. */
export function parseRawRequest(text: string): TesterRequest {
  const lines = text.replaceAll("\r\n", "\n").replace(/^\n+/, "");
  if (/^curl\s/.test(lines)) return parseCurl(lines);
  const line = REQUEST_LINE.exec(lines.split("\n", 1)[0] ?? "");
  if (line !== null && /^(\/|https?:\/\/|\*)/.test(line[2] ?? "")) return parseHttp(lines, line);
  return {
    method: "GET",
    path: `/?value=${encodeURIComponent(lines.replace(/\n$/, ""))}`,
    headers: [],
    body: "",
  };
}

function parseHttp(text: string, line: RegExpExecArray): TesterRequest {
  const end = text.indexOf("\n\n");
  const head = end === -1 ? text : text.slice(0, end);
  const body = end === -1 ? "" : text.slice(end + 2);
  const headers = head.split("\n").slice(1).flatMap((field): [string, string][] => {
    const colon = field.indexOf(":");
    return colon < 1 ? [] : [[field.slice(0, colon).trim(), field.slice(colon + 1).trim()]];
  });
  return { method: (line[1] ?? "GET").toUpperCase(), path: pathOf(line[2] ?? "/"), headers, body };
}

/** The options that say what is sent: -X, -H, -d, -A, -b, -e, -I, and the address. */
function parseCurl(text: string): TesterRequest {
  const words = shellWords(text).slice(1);
  let method = "";
  let address = "";
  const headers: [string, string][] = [];
  const data: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const value = () => words[++i] ?? "";
    if (word === "-X" || word === "--request") method = value().toUpperCase();
    else if (word === "-H" || word === "--header") addHeader(headers, value());
    else if (/^(-d|--data(-raw|-binary|-ascii|-urlencode)?)$/.test(word)) data.push(value());
    else if (word === "-A" || word === "--user-agent") headers.push(["user-agent", value()]);
    else if (word === "-b" || word === "--cookie") headers.push(["cookie", value()]);
    else if (word === "-e" || word === "--referer") headers.push(["referer", value()]);
    else if (word === "-I" || word === "--head") method = "HEAD";
    else if (/^(-o|--output|-u|--user|-m|--max-time)$/.test(word)) i++;
    else if (!word.startsWith("-")) address = word;
  }
  const body = data.join("&");
  if (body !== "" && !headers.some(([name]) => name.toLowerCase() === "content-type")) {
    headers.push(["content-type", "application/x-www-form-urlencoded"]);
  }
  const host = /^https?:\/\/([^/?#]+)/.exec(address)?.[1];
  if (host !== undefined && !headers.some(([name]) => name.toLowerCase() === "host")) {
    headers.unshift(["host", host]);
  }
  return {
    method: method === "" ? (body === "" ? "GET" : "POST") : method,
    path: pathOf(address),
    headers,
    body,
  };
}

function addHeader(headers: [string, string][], text: string): void {
  const colon = text.indexOf(":");
  if (colon > 0) headers.push([text.slice(0, colon).trim(), text.slice(colon + 1).trim()]);
}

/** Path and query of a request target; spaces and fragments cannot stand in a request line. */
function pathOf(address: string): string {
  const path = address.replace(/^https?:\/\/[^/?#]*/, "").replace(/#.*$/, "").replaceAll(/\s/g, "%20");
  return path.startsWith("/") ? path : `/${path}`;
}

/** Words as a POSIX shell splits them: quotes of both kinds join with what touches them, a backslash takes one along. */
function shellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (quote === "'") {
      if (char === "'") quote = "";
      else word += char;
    } else if (char === "\\") {
      i++;
      if (text.charAt(i) !== "\n") word = (word ?? "") + text.charAt(i);
    } else if (quote === '"') {
      if (char === '"') quote = "";
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (word !== null) words.push(word);
  return words;
}
