import { HeaderList } from "../../../core/header_list.ts";
import { CONNECTION_FIELDS } from "../connection_fields.ts";
import { isField } from "../http1/fields.ts";

/**
 * The fields of an answer as they may go out: without those of the connection (RFC 9113, 8.2.2), names in lower case.
 * null where one cannot stand in a message. `except`: one more that is left out.
 *
 * [SECURITY] A CR or LF cannot split an answer of HTTP/2, but the next hop may write it as HTTP/1.1 (CWE-113).
 */
export function answerFields(headers: HeaderList, except = ""): HeaderList | null {
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
