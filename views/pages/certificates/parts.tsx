import { Ago } from "../../components/time.tsx";
import { Dot } from "../../components/verdict.tsx";
import type { CertificateView } from "../../model.ts";

const SOON_MS = 14 * 86_400_000;

/** When a certificate ends, marked where that is soon or over. */
export function Ends(
  props: { readonly certificate: Pick<CertificateView, "not_after">; readonly now: number },
) {
  const left = props.certificate.not_after - props.now;
  return (
    <span class="row">
      <Dot state={left <= 0 ? "down" : left < SOON_MS ? "slow" : "up"} />
      <span>
        {left <= 0 ? "over since " : ""}
        <Ago at={props.certificate.not_after} now={props.now} />
      </span>
    </span>
  );
}

const AS = { bound: "", matching: "by its name", upstream: "towards its targets" } as const;

/** Hosts that use a certificate, and how. */
export function Uses(props: { readonly uses: CertificateView["used_by"] }) {
  if (props.uses.length === 0) return <span class="muted">nothing</span>;
  return (
    <>
      {props.uses.map((use) => (
        <div>
          <div>
            <a
              href={`/hosts/${encodeURIComponent(use.host_id)}/${use.as === "upstream" ? "targets" : "tls"}`}
            >
              {use.host_name}
            </a>
          </div>
          {AS[use.as] === "" ? null : <span class="sub">{AS[use.as]}</span>}
        </div>
      ))}
    </>
  );
}
