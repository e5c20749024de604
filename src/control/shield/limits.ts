import { AegisError } from "../../core/errors.ts";
import { REPUTATION_REASONS } from "../../core/reputation_reason.ts";
import { clientOf } from "../../lib/client_words.ts";
import { type AddressWords, clientNetwork, formatCidr, parseAddress } from "../../lib/ip.ts";
import type { ReputationEntry } from "../../shield/reputation.ts";
import { rateFactor, REPUTATION_POINTS } from "../../shield/reputation_points.ts";
import type { Answer, Bodies } from "../body.ts";
import type { Control } from "../control.ts";
import { entryOf } from "./reputation_book.ts";

/** Clients that the page shows. */
const MOST_WORST = 20;
/** Stored reputations that are counted; there are no more. */
const MOST_READ = 50_000;

type View = Answer<"reputation.get">;

export const limitsBodies: Bodies<"limits.status" | "reputation.get" | "reputation.reset"> = {
  "limits.status": {
    read: ({ control }) => {
      const { l7_rate_limit: rate, l7_burst_limit: burst } = control.settings();
      const { limited, refused, forgotten } = control.limits.clients();
      const { good, bad, evicted, worst } = reputationsOf(control);
      return {
        rate,
        burst,
        clients: limited,
        refused_clients: refused,
        forgotten: forgotten + evicted,
        good,
        bad,
        worst: worst.map((entry) => view(formatCidr(clientOf(entry.high, entry.low)), entry, control)),
      };
    },
  },
  "reputation.get": {
    read: ({ control }, { id }) => {
      const words = addressOf(id);
      return view(networkOf(words), knownOf(words, control), control);
    },
  },
  "reputation.reset": {
    change: ({ control }, { id }) => (change) => {
      const words = addressOf(id);
      const network = networkOf(words);
      const before = knownOf(words, control);
      if (before === null) {
        change.nothing();
        return {};
      }
      control.store.reputations.delete(network);
      change.record(network, view(network, before, control), null);
      // Shared memory is no part of the transaction: only once the audit row is written.
      change.onSuccess(() => void control.limits.reputation?.reset(words));
      return {};
    },
  },
};

/** While nothing runs: those that the last process left. */
function reputationsOf({ limits: { reputation }, store, clock }: Control) {
  if (reputation !== null) return { ...reputation.figures(), worst: reputation.worst(MOST_WORST) };
  const now = clock.now();
  // The furthest from 0 stand first.
  const stored = store.reputations.list(now, MOST_READ);
  const bad = stored.filter(({ isBad }) => isBad);
  return {
    good: stored.length - bad.length,
    bad: bad.length,
    evicted: 0,
    worst: bad.slice(0, MOST_WORST).map((each) => entryOf(each, now)),
  };
}

/** null: nothing, its score is 0. While nothing runs: what the last process left. */
function knownOf(words: AddressWords, { limits, store, clock }: Control): ReputationEntry | null {
  if (limits.reputation !== null) return limits.reputation.read(words);
  const stored = store.reputations.get(networkOf(words), clock.now());
  return stored === null ? null : entryOf(stored, clock.now());
}

function view(network: string, entry: ReputationEntry | null, { clock }: Control): View {
  if (entry === null) return { network, score: 0, rate_factor: 1, reasons: [], changed_at: null };
  const score = Math.round(entry.score * 100) / 100;
  return {
    network,
    score,
    rate_factor: Math.round(rateFactor(score) * 100) / 100,
    reasons: REPUTATION_REASONS.flatMap((reason) => {
      const times = entry.reasons[reason] ?? 0;
      return times === 0 ? [] : [{ reason, times, points: REPUTATION_POINTS[reason] }];
    }),
    changed_at: Math.max(0, Math.trunc(clock.now() - entry.sinceMs)),
  };
}

function networkOf(words: AddressWords): string {
  return formatCidr(clientNetwork(words));
}

/** Of an address, or of the network that a list shows. */
function addressOf(text: string): AddressWords {
  const words = parseAddress(text.trim().replace(/\/\d+$/, ""));
  if (words !== null) return words;
  throw new AegisError("invalid_input", `"${text}" is no address`, {
    fields: [{
      field: "id",
      message: `"${text}" is no address`,
      remedy: "write 192.0.2.7 or 2001:db8::7",
    }],
  });
}
