import { TargetFields } from "../target_fields.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

/** Where the application runs. */
export function TargetsTab({ host, form }: TabProps) {
  return (
    <Card title="Targets">
      <TargetFields targets={host.targets} form={form} />
    </Card>
  );
}
