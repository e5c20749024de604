import type { IconName } from "../components/icon.tsx";
import type { Role } from "../model.ts";

/** The pages that exist, in their groups; also the first entries of the palette. */
export interface NavPage {
  readonly section: Section;
  readonly href: string;
  readonly text: string;
  readonly icon: IconName;
  /** Shown to these roles only; absent: to everybody. */
  readonly roles?: readonly Role[];
}

export type Section =
  | "dashboard"
  | "traffic"
  | "hosts"
  | "streams"
  | "certificates"
  | "rules"
  | "schemas"
  | "correlation"
  | "shield"
  | "users"
  | "notifications"
  | "audit"
  | "settings"
  | "system"
  | "help"
  | "account";

const ADMINS: readonly Role[] = ["admin", "owner"];

export const NAV: readonly { readonly title: string | null; readonly pages: readonly NavPage[] }[] = [
  {
    title: null,
    pages: [
      { section: "dashboard", href: "/", text: "Dashboard", icon: "dashboard" },
      { section: "traffic", href: "/traffic", text: "Traffic", icon: "traffic" },
    ],
  },
  {
    title: "Sites",
    pages: [
      { section: "hosts", href: "/hosts", text: "Hosts", icon: "hosts" },
      { section: "streams", href: "/streams", text: "Streams", icon: "streams" },
      { section: "certificates", href: "/certificates", text: "Certificates", icon: "certificate" },
    ],
  },
  {
    title: "Protection",
    pages: [
      { section: "rules", href: "/rules", text: "Rules", icon: "rules" },
      { section: "schemas", href: "/schemas", text: "Schemas", icon: "schema" },
      { section: "correlation", href: "/correlation", text: "Correlation", icon: "correlation" },
      { section: "shield", href: "/shield", text: "Shield", icon: "shield" },
    ],
  },
  {
    title: "Access",
    pages: [{ section: "users", href: "/users", text: "Users", icon: "person", roles: ADMINS }],
  },
  {
    title: "This machine",
    pages: [
      {
        section: "notifications",
        href: "/notifications",
        text: "Notifications",
        icon: "bell",
        roles: ADMINS,
      },
      { section: "audit", href: "/audit", text: "Audit log", icon: "document", roles: ADMINS },
      { section: "settings", href: "/settings", text: "Settings", icon: "settings" },
      { section: "system", href: "/system", text: "System", icon: "system" },
      { section: "help", href: "/help", text: "Help", icon: "help" },
    ],
  },
];

const IN_NAV: readonly NavPage[] = NAV.flatMap((group) => group.pages);

/** Tabs of a page that one looks for by their own name. */
const TABS: readonly NavPage[] = [
  { section: "shield", href: "/bans", text: "Bans", icon: "stop" },
  { section: "shield", href: "/bans/lists", text: "Lists of banned addresses", icon: "stop" },
];

export const ALL_PAGES: readonly NavPage[] = [...IN_NAV, ...TABS];

/** What the phone's dock shows besides "More". */
export const DOCK: readonly NavPage[] = IN_NAV.filter((page) =>
  ["dashboard", "traffic", "hosts", "rules"].includes(page.section)
);

export function isFor(page: NavPage, role: Role): boolean {
  return page.roles === undefined || page.roles.includes(role);
}
