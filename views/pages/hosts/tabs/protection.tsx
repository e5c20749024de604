import {
  AreaField,
  SegmentedField,
  SelectField,
  SwitchField,
  TextField,
} from "../../../components/field.tsx";
import { MODES } from "../short_form.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

const LEARNED_MODES = [
  { value: "score", text: "Count" },
  { value: "detect", text: "Show" },
  { value: "off", text: "Off" },
] as const;

const SCAN_MODES = [
  { value: "off", text: "Off" },
  { value: "detect", text: "Write down" },
  { value: "enforce", text: "Refuse infected" },
] as const;
const ON_FAILURE = [
  { value: "pass", text: "Let it pass" },
  { value: "refuse", text: "Refuse it" },
] as const;

/** What the firewall does on this host. */
export function ProtectionTab({ host, form, defaults }: TabProps) {
  const rules = Object.entries(host.waf.rules).map(([id, state]) => `${id}: ${state}`).join("\n");
  return (
    <>
      <Card title="Web application firewall">
        <SegmentedField
          form={form}
          name="waf.mode"
          label="Mode"
          value={host.waf.mode}
          options={MODES}
          hint="Detect writes findings down and lets every request pass. Enforce refuses them."
        />
        <div class="pair">
          <TextField
            form={form}
            name="waf.threshold"
            label="Threshold"
            value={host.waf.threshold ?? ""}
            placeholder={`${defaults.threshold}, as everywhere`}
            inputmode="numeric"
            hint="Points at which a request is refused. A critical finding is 5."
          />
          <SelectField
            form={form}
            name="waf.paranoia"
            label="Paranoia"
            value={host.waf.paranoia ?? ""}
            options={[
              { value: "", text: `${defaults.paranoia}, as everywhere` },
              { value: "1", text: "1, few false alarms" },
              { value: "2", text: "2, more" },
              { value: "3", text: "3, strict" },
              { value: "4", text: "4, everything" },
            ]}
            hint="Higher levels switch more rules on."
          />
        </div>
        <SegmentedField
          form={form}
          name="waf.learned"
          label="Learned second opinion"
          value={host.waf.learned}
          options={LEARNED_MODES}
          hint="A model trained on attacks reads what the rules leave open. Count: its points add to the score. Show: it only writes findings down. Off: broad rules of levels 2 and 3, which ask it, count by themselves."
        />
        <SwitchField
          form={form}
          name="waf.response_bodies"
          label="Read answers"
          checked={host.waf.response_bodies === true}
          hint="Rules look for stack traces, database errors, keys and card numbers in the first 1 MiB of texts that go out. They only write findings down, until one of them is set to block."
        />
        <AreaField
          form={form}
          name="waf.rules"
          label="Rules that differ here"
          value={rules}
          placeholder="sqli-120: detect"
          hint="One a line: a rule or a family, then on, off, detect, block or challenge."
        />
      </Card>
      <Card title="Evidence">
        <TextField
          form={form}
          name="evidence"
          label="Hours to keep whole refused requests"
          value={host.evidence === "off" ? "" : host.evidence}
          placeholder="off"
          inputmode="numeric"
          hint="With bodies, cookies and passwords, sealed by the vault: for replay from the Traffic page, and to try exceptions on. In mode detect, those that enforce would refuse. At most 720; empty keeps none and deletes what is there."
        />
      </Card>
      <Card title="Uploads">
        <SegmentedField
          form={form}
          name="file_scan.mode"
          label="Scan files with ClamAV"
          value={host.file_scan.mode}
          options={SCAN_MODES}
          hint="The last piece of an upload waits for the verdict, so that the application never has an infected file. Where clamd listens stands in the settings."
        />
        <SegmentedField
          form={form}
          name="file_scan.on_failure"
          label="When clamd gives no verdict"
          value={host.file_scan.on_failure}
          options={ON_FAILURE}
          hint="It is not running, too slow, or the file is longer than it takes."
        />
      </Card>
    </>
  );
}
