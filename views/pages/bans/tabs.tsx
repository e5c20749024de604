import { Tabs } from "../../components/tabs.tsx";

/** The pages about who is kept out. */
export function BanTabs(props: { readonly current: "bans" | "lists" }) {
  return (
    <Tabs
      label="Who is kept out"
      tabs={[
        { href: "/bans", text: "Bans", current: props.current === "bans" },
        { href: "/bans/lists", text: "Lists", current: props.current === "lists" },
      ]}
    />
  );
}
