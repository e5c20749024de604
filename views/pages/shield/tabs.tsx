import { Tabs } from "../../components/tabs.tsx";

/** The pages of the shield: what it does, and who is kept out. */
export function ShieldTabs(props: { readonly current: "shield" | "bans" | "lists" }) {
  return (
    <Tabs
      label="Shield"
      tabs={[
        { href: "/shield", text: "Attacks and limits", current: props.current === "shield" },
        { href: "/bans", text: "Bans", current: props.current === "bans" },
        { href: "/bans/lists", text: "Lists", current: props.current === "lists" },
      ]}
    />
  );
}
