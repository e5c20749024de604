import { Safe } from "../../components/bytes.tsx";
import { Note } from "../../components/note.tsx";
import type { CertificateFacts } from "../../model.ts";
import { Chain } from "../certificates/chain.tsx";

export interface TargetTlsTest {
  readonly reachable: boolean;
  readonly verified: boolean;
  readonly text: string;
  readonly version: string;
  readonly protocol: string;
  readonly server_name: string;
  readonly chain: readonly CertificateFacts[];
}

/** What came of a handshake with a target. */
export function TlsTestResult(props: { readonly result: TargetTlsTest | null; readonly now: number }) {
  const { result } = props;
  return (
    <div id="tls-test-result" aria-live="polite">
      {result === null ? null : (
        <>
          <Note
            kind={result.verified && result.reachable ? "ok" : "blocked"}
            title={!result.reachable
              ? "The target does not take the connection"
              : result.verified
              ? "The target’s certificate verifies"
              : "The target’s certificate does not verify"}
          >
            <p>
              <Safe text={result.text} />
            </p>
            {result.version === "" ? null : (
              <p class="small">
                {result.version}, {result.protocol === "" ? "no protocol agreed" : result.protocol}
                {result.server_name === "" ? "" : `, as ${result.server_name}`}
              </p>
            )}
          </Note>
          {result.chain.length === 0 ? null : <Chain chain={result.chain} now={props.now} />}
        </>
      )}
    </div>
  );
}
