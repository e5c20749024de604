import { createHash } from "node:crypto";
import type { ChallengeMode, HostChallenge } from "../../core/challenge.ts";
import { canonicalPath } from "../../lib/canonical_path.ts";
import { CidrMap } from "../../lib/cidr_map.ts";
import { type AddressWords, parseCidr } from "../../lib/ip.ts";
import { contains } from "../../lib/path_contains.ts";

/** How a host challenges, ready for requests. */
export interface ChallengePlan {
  readonly mode: ChallengeMode;
  /** The host itself said `off`: then not even a machine with too much to do asks its clients. */
  readonly isForbidden: boolean;
  /** Stands for the host in what is signed. */
  readonly hostHash: string;
  readonly noScript: boolean;
  readonly bind: HostChallenge["bind"];
  readonly minutes: number;
  /** Whether stage 15 spares the request. What a rule asks for is asked of everybody. */
  isExempt(client: AddressWords | null, path: string, agent: string | undefined): boolean;
}

const HASH_DIGITS = 16;

/** `usual`: the mode of hosts that name none; null: none challenges by itself. */
export function challengePlan(
  hostId: string,
  challenge: HostChallenge,
  usual: ChallengeMode | null,
): ChallengePlan {
  const { mode, exempt_paths, exempt_agents, no_script, bind, minutes } = challenge;
  const networks = new CidrMap<true>();
  for (const text of challenge.exempt_cidrs) networks.set(parseCidr(text)!, true);
  const agents = exempt_agents.map((part) => part.toLowerCase());
  return {
    mode: usual === null ? "off" : mode ?? usual,
    isForbidden: mode === "off",
    hostHash: createHash("sha256").update(hostId).digest("hex").slice(0, HASH_DIGITS),
    noScript: no_script,
    bind,
    minutes,
    isExempt(client, path, agent) {
      if (exempt_paths.some((prefix) => liesBelow(prefix, path))) return true;
      if (client !== null && networks.size > 0 && networks.find(client) !== undefined) return true;
      if (agents.length === 0 || agent === undefined) return false;
      const lower = agent.toLowerCase();
      return agents.some((part) => lower.includes(part));
    },
  };
}

/**
 * [SECURITY] Below `/api` as every server reads it: `/api/..%2fadmin` and `/api/..;/admin` are another path to some
 * (CWE-22, CWE-436), while `/api/group%2Fname` is below it to all.
 */
function liesBelow(prefix: string, path: string): boolean {
  return contains(prefix, path) && !canonicalPath(`/${path.slice(prefix.length)}`).escapes;
}
