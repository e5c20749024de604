import { AegisError } from "../../core/errors.ts";
import type { Transport } from "../../core/ports.ts";
import { fetchList } from "../lists/list_fetch.ts";
import { LONGEST_DOCUMENT } from "./document_text.ts";

/**
 * The text at an address. The rule for targets holds where it connects and at each redirect (spec 04, Outbound URLs).
 * Rejects with AegisError; what the other side answered is never shown.
 */
export async function fetchDocument(transport: Transport, url: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  await fetchList(transport, {
    url,
    headers: [["accept", "application/json, application/yaml, */*;q=0.5"]],
    onData(chunk) {
      bytes += chunk.length;
      if (bytes > LONGEST_DOCUMENT) {
        throw new AegisError(
          "unavailable",
          `the document is longer than ${LONGEST_DOCUMENT / 1_048_576} MiB`,
        );
      }
      pieces.push(chunk.slice());
    },
  });
  return await new Blob(pieces as Uint8Array<ArrayBuffer>[]).text();
}
