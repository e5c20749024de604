import assert from "node:assert/strict";
import type { Exchange } from "../../src/core/exchange.ts";
import { CertificateSelector } from "../../src/gateway/listener/certificates.ts";
import { TestAuthority } from "../support/raw_certificates.ts";
import { fields, type RunOptions, TestHandler, withListener } from "../support/raw_listener.ts";
import { findH2spec, H2SPEC_CASES, runH2spec } from "./h2spec.ts";

/**
 * Every case of h2spec against our listener, over TLS and in the clear. Where h2spec cannot be built the tests say so
 * and pass; with `REQUIRE_H2SPEC=1` they fail.
 */

const BODY = new TextEncoder().encode("conformance ".repeat(100));

/** Answers once the request is there as a whole, so that what is wrong with its body is seen first. */
function answerWhole(exchange: Exchange): void {
  const { body, response } = exchange;
  body.start({
    data() {},
    end: () => response.send(200, fields(["content-type", "text/plain"]), BODY),
    fail: (failure) => response.abort(failure.detail),
  });
}

/**
 * A listener in the clear speaks both versions: what does not begin with HTTP/2's preface is HTTP/1.1 to it, and this
 * is answered with a 400 of HTTP/1.1 before the connection is closed, where h2spec wants it closed without a word.
 */
const ANSWERED_BY_HTTP_1 = /^http2\/3\.5 Sends invalid connection preface: .*HTTP\/1\.1 header$/;

/** `others`: what may be left over of h2spec's complaints. */
async function assertConforms(options: RunOptions, others: readonly RegExp[] = []): Promise<void> {
  const program = await findH2spec();
  if ("missing" in program) {
    assert.notEqual(Deno.env.get("REQUIRE_H2SPEC"), "1", program.missing);
    console.warn(`SKIPPED: 0 of ${H2SPEC_CASES} cases of h2spec were run: ${program.missing}`);
    return;
  }
  await withListener(new TestHandler(answerWhole), options, async (listener) => {
    const { cases, failures, skipped } = await runH2spec(
      program.path,
      listener.port,
      listener.name === "https",
    );
    const faults = failures.filter((failure) => !others.some((other) => other.test(failure)));
    assert.deepEqual(faults, [], `${faults.length} of ${cases} cases failed`);
    assert.deepEqual(skipped, []);
    assert.equal(cases, H2SPEC_CASES);
  });
}

Deno.test("h2spec finds no fault over TLS", async () => {
  const authority = new TestAuthority();
  const pair = authority.issue("local", ["localhost"]);
  await assertConforms({ certificates: new CertificateSelector([pair], pair) });
});

Deno.test("h2spec finds no fault in the clear, by prior knowledge", async () => {
  await assertConforms({ h2c: true }, [ANSWERED_BY_HTTP_1]);
});
