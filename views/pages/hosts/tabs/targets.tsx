import { SelectField } from "../../../components/field.tsx";
import { TargetFields } from "../target_fields.tsx";
import { BALANCES } from "../target_table.tsx";
import { Card, type TabProps } from "./tab_card.tsx";
import { UpstreamTlsCard } from "./upstream_tls.tsx";

/** Where the application runs. */
export function TargetsTab({ host, form, certificates }: TabProps) {
  return (
    <>
      <Card title="Targets">
        <SelectField form={form} name="balance" label="Spread" value={host.balance} options={BALANCES} />
        <TargetFields targets={host.targets} form={form} />
      </Card>
      <UpstreamTlsCard host={host} form={form} certificates={certificates} />
    </>
  );
}
