import { Tabs } from "../../components/tabs.tsx";

export type RulesTab = "all" | "own" | "exceptions" | "tester" | "releases";

export function RuleTabs(props: { readonly current: RulesTab }) {
  const tab = (id: RulesTab, href: string, text: string) => ({ href, text, current: props.current === id });
  return (
    <Tabs
      label="Rules"
      tabs={[
        tab("all", "/rules", "All rules"),
        tab("own", "/rules/own", "Your rules"),
        tab("exceptions", "/rules/exceptions", "Exceptions"),
        tab("tester", "/rules/tester", "Tester"),
        tab("releases", "/rules/releases", "Rule sets"),
      ]}
    />
  );
}
