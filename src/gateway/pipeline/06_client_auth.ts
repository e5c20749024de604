import { HeaderList } from "../../core/header_list.ts";
import { block, PASS } from "../../core/verdict.ts";
import type { Flow } from "./flow.ts";
import type { Stage } from "./stage.ts";

/**
 * Certificates of clients, where the host asks for them. A part of stage 06: whoever is not let in learns nothing more of
 * the host than that.
 */
export const clientAuthStage: Stage = {
  name: "06_client_auth",
  onError: "closed",
  run(flow) {
    const { exchange, services } = flow;
    const { clientDoor: door, host } = flow.host!;
    if (door === null) return PASS;
    const { tls } = exchange.connection;
    if (tls === null) {
      // Stage 08 leads to where a certificate can be shown.
      if ((host.force_https && exchange.scheme === "http") || !door.isRequired) return PASS;
      return block("access_denied", "client certificate: asked for over TLS only");
    }
    const { subject, problem } = door.judge(tls.shown, services.clock.now());
    flow.clientSubject = subject;
    return subject === "" && door.isRequired
      ? block("access_denied", `client certificate: ${problem}`)
      : PASS;
  },
};

/** `headers` as a target gets them, with what is known of the client's certificate. They are shared: a copy is made. */
export function withSubject(flow: Flow, headers: HeaderList): HeaderList {
  const name = flow.host!.clientDoor?.subjectHeader ?? "";
  if (name === "") return headers;
  const copy = new HeaderList();
  const alias = name.replaceAll("-", "_");
  for (let i = 0; i < headers.length; i++) {
    const each = headers.names[i]!;
    // [SECURITY] A client's own word for who it is (CWE-290), and what CGI reads as the same.
    if (each === name || each.replaceAll(/[^a-z0-9]/g, "_") === alias) continue;
    copy.appendFrom(headers, i);
  }
  if (flow.clientSubject !== "") copy.append(name, headerText(flow.clientSubject));
  return copy;
}

/** A subject may hold any character; a field's value is ASCII here, as RFC 9110 §5.5 asks, and `%` is one of its own. */
function headerText(subject: string): string {
  return subject.replace(/[^\x20-\x24\x26-\x7e]+/g, (part) => encodeURIComponent(part.toWellFormed()));
}
