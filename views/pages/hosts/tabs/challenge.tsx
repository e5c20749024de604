import { AreaField, SelectField, SwitchField, TextField } from "../../../components/field.tsx";
import { Card, type TabProps } from "./tab_card.tsx";

const MODES = [
  { value: "", text: "as the settings say" },
  { value: "managed", text: "Managed: a checkbox only when in doubt" },
  { value: "invisible", text: "Invisible: never a checkbox" },
  { value: "interactive", text: "Interactive: always a checkbox" },
  { value: "always", text: "Always: every visitor once" },
  { value: "off", text: "Off: only where a rule says so" },
];

const BINDS = [
  { value: "network", text: "The visitor's network (/24, IPv6 /48)" },
  { value: "address", text: "The visitor's address alone" },
];

/** Who has to prove that it is a browser, and for how long. */
export function ChallengeTab({ host, form }: TabProps) {
  const { challenge } = host;
  return (
    <>
      <Card title="Who is asked">
        <p class="hint">
          The visitor's browser does a small sum before it comes in: a moment for a person, dear for a flood.
          It gets one cookie, and nothing is sent to anyone else.
        </p>
        <p class="hint">
          curl, program libraries, most apps and monitoring look automated and run no scripts: they get 503 or
          403. For an API choose Off, or exempt its paths below.
        </p>
        <SelectField
          form={form}
          name="challenge.mode"
          label="Mode"
          value={challenge.mode ?? ""}
          options={MODES}
          hint="Managed, invisible and interactive ask under attack and in doubt: the request looks automated, or the address has a reputation below 0."
        />
        <SwitchField
          form={form}
          name="challenge.no_script"
          label="Browsers without scripts may wait 10 seconds instead"
          hint="Patient programs come in that way too."
          checked={challenge.no_script}
        />
      </Card>
      <Card title="The pass">
        <div class="pair">
          <TextField
            form={form}
            name="challenge.minutes"
            label="Lasts, minutes"
            value={challenge.minutes}
            inputmode="numeric"
            hint="1,440 at most."
          />
          <SelectField
            form={form}
            name="challenge.bind"
            label="Good for"
            value={challenge.bind}
            options={BINDS}
          />
        </div>
      </Card>
      <Card title="Who is never asked">
        <AreaField
          form={form}
          name="challenge.exempt_paths"
          label="Paths"
          value={challenge.exempt_paths.join("\n")}
          placeholder="/api/"
          hint="One a line, for itself and all below it. Rules that ask for a challenge ask here too."
        />
        <AreaField
          form={form}
          name="challenge.exempt_cidrs"
          label="Addresses and networks"
          value={challenge.exempt_cidrs.join("\n")}
          placeholder="192.0.2.0/24"
        />
        <AreaField
          form={form}
          name="challenge.exempt_agents"
          label="User agents"
          value={challenge.exempt_agents.join("\n")}
          placeholder="UptimeRobot"
          hint="A part of each, one a line. Anybody can claim to be one: name networks where you can. Crawlers of search engines are known by their addresses and need no entry."
        />
      </Card>
    </>
  );
}
