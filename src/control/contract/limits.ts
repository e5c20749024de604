import { z } from "zod";
import { REPUTATION_REASONS } from "../../core/reputation_reason.ts";
import { contract } from "../operation_contract.ts";
import { count, id, nothing, timestamp } from "./common.ts";

/** What a client has earned over all hosts. */
export const reputationView = z.strictObject({
  /** The IPv4 address or the IPv6 /64 that counts as one client. */
  network: z.string(),
  /** −10 to +10; back at 0 after 24 hours at most. */
  score: z.number().min(-10).max(10),
  /** What its rate is multiplied with. */
  rate_factor: z.number(),
  /** What moved it since it was last 0, and how often (15 stands for 15 or more). */
  reasons: z.array(z.strictObject({ reason: z.enum(REPUTATION_REASONS), times: count, points: z.number() })),
  /** Of the last of them; null: nothing is known of this client. */
  changed_at: timestamp.nullable(),
});

/** The client's address. */
const client = z.strictObject({ id });

export const limitsStatus = z.strictObject({
  /** Requests a second of one client over all hosts; 0: no limit. */
  rate: count,
  burst: count,
  /** Clients with a bucket now, and those that were refused in the last seconds. */
  clients: count,
  refused_clients: count,
  /** Clients whose bucket, refusals or reputation had to give way since the start, because the memory was full. */
  forgotten: count,
  /** Clients with a reputation above and below 0. */
  good: count,
  bad: count,
  /** The lowest reputations, worst first. */
  worst: z.array(reputationView),
});

export const limitsContract = {
  "limits.status": contract({
    summary: "The limit of each client over all hosts, and the clients with the lowest reputation",
    role: "viewer",
    changes: false,
    input: nothing,
    output: limitsStatus,
  }),
  "reputation.get": contract({
    summary: "The reputation of a client, with its reasons",
    role: "viewer",
    changes: false,
    input: client,
    output: reputationView,
  }),
  "reputation.reset": contract({
    summary: "Forget a client's reputation",
    role: "operator",
    changes: true,
    input: client,
    output: nothing,
  }),
};
