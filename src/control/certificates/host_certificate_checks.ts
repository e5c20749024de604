import { AegisError, type FieldError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { UPLOADED } from "./certificate_choice.ts";
import type { Control } from "../control.ts";

/** Throws `invalid_input` where a host names a certificate that is not stored, or `custom` without one. */
export function refuseCertificates(
  control: Control,
  host: Pick<Host, "certificate" | "certificate_id" | "client_auth" | "mtls_upstream">,
): void {
  const fields: FieldError[] = [];
  const remedy = "upload it under Certificates (aegis cert import), then choose it here";
  const check = (field: string, id: string) => {
    if (control.store.certificates.get(id)?.origin === UPLOADED) return;
    fields.push({ field, message: `there is no certificate "${id}"`, remedy });
  };
  if (host.certificate === "custom" && host.certificate_id === null) {
    const field = "host.certificate_id";
    fields.push({ field, message: "certificate: custom names no certificate", remedy });
  }
  if (host.certificate === "custom" && host.certificate_id !== null) {
    check("host.certificate_id", host.certificate_id);
  }
  const shown = host.mtls_upstream.certificate_id;
  if (shown !== null) check("host.mtls_upstream.certificate_id", shown);
  if (host.client_auth.mode !== "off" && host.client_auth.ca === "") {
    fields.push({
      field: "host.client_auth.ca",
      message: "no authority is named whose certificates come in",
      remedy: "paste the PEM text of the CA that signs the clients' certificates",
    });
  }
  if (fields.length > 0) throw new AegisError("invalid_input", fields[0]!.message, { fields });
}
