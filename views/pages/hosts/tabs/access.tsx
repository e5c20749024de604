import { AreaField, TextField } from "../../../components/field.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** Who and what may come. */
export function AccessTab({ host, form }: TabProps) {
  return (
    <Card title="Who and what may come">
      <AreaField
        form={form}
        name="whitelist_cidrs"
        label="White list"
        value={host.whitelist_cidrs.join("\n")}
        placeholder="192.0.2.0/24"
        hint="Addresses and networks that are never refused here; what would be is written down."
      />
      <AreaField
        form={form}
        name="blacklist_cidrs"
        label="Black list"
        value={host.blacklist_cidrs.join("\n")}
        placeholder="203.0.113.0/24"
        hint="Addresses and networks that are always refused here."
      />
      <AreaField
        form={form}
        name="maintenance.exempt_cidrs"
        label="During maintenance, open for"
        value={host.maintenance.exempt_cidrs.join("\n")}
        placeholder="192.0.2.0/24"
        hint="Who sees the site as ever while the maintenance page is switched on."
      />
      <TextField
        form={form}
        name="blocked_countries"
        label="Blocked countries"
        value={host.blocked_countries.join(" ")}
        placeholder="none but the global ones"
        hint="Two letters each, for example KP RU: refused here. Private and unknown addresses always pass."
      />
      <TextField
        form={form}
        name="allowed_countries"
        label="Only these countries"
        value={host.allowed_countries.join(" ")}
        placeholder="every country"
        hint="Where any stands here, whoever comes from elsewhere is refused."
      />
      <TextField
        form={form}
        name="allowed_methods"
        label="Methods"
        value={host.allowed_methods.join(" ")}
        placeholder="every method"
        hint="For example GET POST; HEAD comes with GET. Empty: every method."
      />
      <TextField
        form={form}
        name="max_body_bytes"
        label="Largest body, in bytes"
        value={host.max_body_bytes}
        inputmode="numeric"
        hint="0: no limit."
      />
    </Card>
  );
}
