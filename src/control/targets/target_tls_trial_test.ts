import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { X509Certificate } from "node:crypto";
import { makeTestPki } from "../../../tests/support/test_pki.ts";
import { describeCertificate } from "../../certificates/describe.ts";
import { type Target, TARGET_DEFAULTS } from "../../core/target.ts";
import type { Control } from "../control.ts";
import { testTargetTls } from "./target_tls_trial.ts";

const TARGET: Target = { ...TARGET_DEFAULTS, id: "t", url: "https://127.0.0.1:8443" };

/** A certificate of which the runtime throws only when its parts are asked for. */
async function unreadable(): Promise<Buffer> {
  const der = new X509Certificate((await makeTestPki()).client.cert).raw;
  for (let at = 0; at < der.length; at++) {
    const changed = Buffer.from(der);
    changed[at]! ^= 0x80;
    try {
      describeCertificate(new X509Certificate(changed));
    } catch {
      return changed;
    }
  }
  return assert.fail("every change of a byte was read");
}

Deno.test("a target whose certificate cannot be read is told as that, and nothing is thrown past the test", async () => {
  let destroyed = 0;
  const socket = {
    getProtocol: () => "TLSv1.3",
    alpnProtocol: false,
    getPeerCertificate: () => ({ raw }),
    destroy: () => void destroyed++,
  };
  const raw = await unreadable();
  const control = {
    settings: () => ({ upstreams: { allow_private: true } }),
    transport: {
      openUnverified: (
        _target: Target,
        _tls: null,
        _ms: number,
        done: (opened: object, failure: null) => void,
      ) => queueMicrotask(() => done(socket, null)),
    },
  } as unknown as Control;
  const answer = await testTargetTls(control, TARGET, null);
  assert.deepEqual([answer.reachable, answer.verified, answer.chain, destroyed], [true, false, [], 1]);
  assert.match(answer.text, /certificate that cannot be read/);
});
