import type { Child } from "hono/jsx";
import { Icon, Logo } from "../components/icon.tsx";
import { Toast } from "../components/toast.tsx";
import type { Role, ToastMessage, ViewContext } from "../model.ts";
import { Document } from "./document.tsx";
import { KeysHelp } from "./keys_help.tsx";
import { DOCK, isFor, NAV, type NavPage, type Section } from "./nav.ts";
import { pageEntries, PaletteList } from "./palette_list.tsx";

/** A page for somebody who is signed in: navigation, the page itself, and the layers above it. */
export function Shell(
  props: {
    readonly ctx: ViewContext;
    readonly title: string;
    readonly section: Section;
    readonly toast?: ToastMessage | null;
    readonly children?: Child;
  },
) {
  const { ctx } = props;
  return (
    <Document
      title={props.title}
      theme={ctx.theme}
      assets={ctx.assets}
      csrf={ctx.csrf}
      keys={ctx.keys}
    >
      <a class="skip" href="#main">Skip to content</a>
      <header class="bar">
        <button type="button" class="btn bare" popovertarget="nav" aria-label="Menu">
          <Icon name="menu" />
        </button>
        <span class="brand">
          <Logo />
          {sectionName(props.section)}
        </span>
        <button type="button" class="btn bare end" popovertarget="palette" aria-label="Search or jump">
          <Icon name="search" />
        </button>
      </header>
      <div class="shell">
        <Navigation ctx={ctx} section={props.section} />
        <main id="main" tabindex={-1}>{props.children}</main>
      </div>
      <nav class="dock" aria-label="Shortcuts">
        {DOCK.map((page) => (
          <a href={page.href} aria-current={page.section === props.section ? "page" : undefined}>
            <Icon name={page.icon} />
            {page.text}
          </a>
        ))}
        <button type="button" popovertarget="nav">
          <Icon name="menu" />More
        </button>
      </nav>
      <aside id="drawer" aria-label="Request" />
      <div id="toasts">
        {props.toast === undefined || props.toast === null ? null : <Toast ctx={ctx} message={props.toast} />}
      </div>
      <Palette role={ctx.user.role} />
      <KeysHelp />
    </Document>
  );
}

function Navigation(props: { readonly ctx: ViewContext; readonly section: Section }) {
  return (
    <nav class="nav" id="nav" popover="auto" aria-label="Main">
      <div class="brand">
        <Logo />Aegis <small class="clip">{props.ctx.publicName}</small>
      </div>
      <button type="button" class="find" popovertarget="palette">
        <Icon name="search" />Search <kbd class="end">Ctrl K</kbd>
      </button>
      {navGroups(props.ctx.user.role).map((group) => (
        <div>
          {group.title === null ? null : <h2>{group.title}</h2>}
          <ul>
            {group.pages.map((page) => navLink(page, page.section === props.section))}
          </ul>
        </div>
      ))}
      <div class="foot">
        <a href="/account" aria-current={props.section === "account" ? "page" : undefined}>
          <Icon name="person" />
          <span class="clip">{props.ctx.user.name}</span>
          <span class="muted end">{props.ctx.user.role}</span>
        </a>
      </div>
    </nav>
  );
}

function navGroups(role: Role) {
  return NAV.map((group) => ({ ...group, pages: group.pages.filter((page) => isFor(page, role)) }))
    .filter((group) => group.pages.length > 0);
}

function navLink(page: NavPage, current: boolean) {
  return (
    <li>
      <a href={page.href} aria-current={current ? "page" : undefined}>
        <Icon name={page.icon} />
        {page.text}
      </a>
    </li>
  );
}

/** Search or jump; the list is asked for when it opens and as one types. */
function Palette(props: { readonly role: Role }) {
  return (
    <div class="pop" id="palette" popover="auto" role="dialog" aria-label="Search or jump">
      <form action="/palette" method="get" role="search">
        <input
          name="q"
          type="text"
          role="combobox"
          aria-label="Search or jump"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-autocomplete="list"
          placeholder="A page, a host, an address, a request id"
          autocomplete="off"
          autofocus
          hx-get="/palette"
          hx-trigger="input delay:120ms, palette-open"
          hx-target="#palette-list"
        />
      </form>
      <ul id="palette-list" role="listbox" aria-label="Results">
        <PaletteList entries={pageEntries(props.role)} />
      </ul>
    </div>
  );
}

function sectionName(section: Section): string {
  for (const group of NAV) {
    for (const page of group.pages) if (page.section === section) return page.text;
  }
  return "Account";
}
