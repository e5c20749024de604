import { HeaderList } from "../../../core/header_list.ts";
import { CONNECTION_FIELDS } from "../connection_fields.ts";
import { isField } from "../http1/fields.ts";

/**
 * The fields of an answer as they may go out: without those of the connection (RFC 9113, 8.2.2), names in lower case.
 * null where one cannot stand in a message. `except`: one more that is left out. Not to be changed: mostly it is
 * `headers` itself.
 *
 * [SECURITY] A CR or LF cannot split an answer of HTTP/2, but the next hop may write it as HTTP/1.1 (CWE-113).
 */
export function answerFields(headers: HeaderList, except = ""): HeaderList | null {
  const { names } = headers;
  for (let i = 0; i < names.length; i++) {
    if (!mayGoAsItIs(headers, i, except)) return cleaned(headers, except);
  }
  return headers;
}

function mayGoAsItIs(headers: HeaderList, i: number, except: string): boolean {
  const name = headers.names[i]!;
  if (CONNECTION_FIELDS.has(name) || name === except) return false;
  if (headers.isSafe(i)) return true;
  const value = headers.values[i]!;
  return value === value.trim() && name === name.toLowerCase() && isField(name, value);
}

function cleaned(headers: HeaderList, except: string): HeaderList | null {
  const { names, values } = headers;
  const out = new HeaderList();
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (CONNECTION_FIELDS.has(name) || name === except) continue;
    if (headers.isSafe(i)) {
      out.append(name, values[i]!);
      continue;
    }
    const value = values[i]!.trim();
    if (!isField(name, value)) return null;
    out.append(name.toLowerCase(), value);
  }
  return out;
}
