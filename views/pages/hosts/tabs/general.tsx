import { AreaField, SwitchField } from "../../../components/field.tsx";
import { RedirectFields } from "../redirect_fields.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** Names, notes, and what the target gets to see of the visitor; or where a redirect host leads. */
export function GeneralTab({ host, form }: TabProps) {
  return (
    <>
      <Card title="General">
        <AreaField
          form={form}
          name="domains"
          label="Domains"
          value={host.domains.join("\n")}
          hint="One a line; *.example.com stands for every name below it."
        />
        <AreaField
          form={form}
          name="notes"
          label="Notes"
          value={host.notes}
          hint="For you and your colleagues only."
        />
        {host.kind === "proxy"
          ? (
            <>
              <input type="hidden" name="is_proxy" value="on" />
              <SwitchField
                form={form}
                name="preserve_host"
                label="Pass the visitor’s Host on"
                hint="Off: the target gets its own name."
                checked={host.preserve_host}
              />
              <SwitchField
                form={form}
                name="websocket"
                label="Allow WebSocket and other upgrades"
                checked={host.websocket}
              />
            </>
          )
          : null}
        {host.kind === "dead"
          ? <p class="small muted">A dead host: every request to it is answered 404.</p>
          : null}
      </Card>
      {host.kind === "redirect"
        ? (
          <Card title="Leads to">
            <RedirectFields form={form} redirect={host.redirect} />
          </Card>
        )
        : null}
    </>
  );
}
