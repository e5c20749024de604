import { Safe } from "../../components/bytes.tsx";
import { Ago } from "../../components/time.tsx";
import type { CertificateFacts } from "../../model.ts";

/** A chain, leaf first: who signed whom, and until when. */
export function Chain(props: { readonly chain: readonly CertificateFacts[]; readonly now: number }) {
  return (
    <ol class="stack">
      {props.chain.map((each) => (
        <li>
          <dl class="kv">
            <dt>Subject</dt>
            <dd>
              <Safe text={each.subject} />
            </dd>
            <dt>Issuer</dt>
            <dd>
              <Safe text={each.issuer} />
              {each.self_signed ? " (itself)" : ""}
            </dd>
            {each.names.length === 0 ? null : (
              <>
                <dt>Names</dt>
                <dd class="mono">
                  <Safe text={each.names.join(", ")} />
                </dd>
              </>
            )}
            <dt>Ends</dt>
            <dd>
              <Ago at={each.not_after} now={props.now} />
            </dd>
            <dt>Key</dt>
            <dd>{each.key_type}</dd>
            <dt>SHA-256</dt>
            <dd class="mono wrap">{each.fingerprint}</dd>
          </dl>
        </li>
      ))}
    </ol>
  );
}
