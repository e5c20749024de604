import { systemLookup } from "../../src/gateway/upstream/resolver.ts";

/** Runs with a gateway's permissions: says what `localhost` resolves to there. */
systemLookup(
  "localhost",
  (error, addresses) => self.postMessage(error === null ? addresses : [error.message]),
);
