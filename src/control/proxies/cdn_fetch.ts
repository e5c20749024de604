import { AegisError } from "../../core/errors.ts";
import type { CdnName } from "../../core/trusted_proxy.ts";
import { CDNS, parseNetworks } from "../../shield/real_client/cdn_networks.ts";

const DEADLINE_MS = 20_000;
const MOST_BYTES = 1_048_576;
/** A list of less than this share of what was known is taken for damaged. */
const LEAST_SHARE = 0.5;

/** Gets a text by its address; for tests. */
export type FetchText = (url: string) => Promise<string>;

/**
 * The networks that a provider publishes now. Throws AegisError `unavailable`, with what was wrong and where, for a list
 * that cannot be fetched, does not parse, or has shrunk too much to be true; `known`: how many there were.
 */
export async function fetchNetworks(name: CdnName, known: number, fetchText: FetchText): Promise<string[]> {
  const networks: string[] = [];
  for (const url of CDNS[name].sources) {
    try {
      networks.push(...parseNetworks(await fetchText(url)));
    } catch (thrown) {
      throw refused(name, `${url}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }
  if (networks.length < known * LEAST_SHARE) {
    throw refused(name, `it names ${networks.length} networks where there were ${known}`);
  }
  return networks;
}

function refused(name: CdnName, why: string): AegisError {
  return new AegisError("unavailable", `the list of ${CDNS[name].title} stays as it was: ${why}`);
}

/**
 * Over the network; no longer than a deadline, no larger than such lists are. [SECURITY] Redirects are not followed: whom
 * the list names is believed, and a redirect may lead to another place or take the protection off.
 */
export async function fetchOverNetwork(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS), redirect: "manual" })
    .catch((thrown) => {
      throw new Error(whyNot(thrown), { cause: thrown });
    });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new Error(`answered ${answer.status}`);
  }
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MOST_BYTES) throw new Error(`is longer than ${MOST_BYTES} bytes`);
  }
  return text;
}

/** `fetch failed` says nothing; its cause does, after the address that was asked for. */
function whyNot(thrown: Error): string {
  const { cause } = thrown;
  return cause instanceof Error ? cause.message.replace(/^.*?\): /, "") : thrown.message;
}
