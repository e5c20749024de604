/* What pages do beyond links and forms: keys, palette, drawer, live tail, toasts, save bar. Works on what is there;
   everything has a way without it. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const drawer = () => $("#drawer");
  let opener = null;
  let listUrl = null;

  /* htmx: the token of the session goes with every request. */
  document.addEventListener("htmx:config:request", (event) => {
    const token = $('meta[name="csrf"]')?.content;
    if (token) event.detail.ctx.request.headers["X-CSRF-Token"] = token;
  });

  document.addEventListener("htmx:before:request", (event) => {
    /* Nothing moves under the pointer, and nobody looks at a hidden page. */
    const part = event.detail.ctx.sourceElement?.closest?.("[data-refresh]");
    if (part === event.detail.ctx.sourceElement && part) {
      if (document.hidden || part.matches(":hover, :focus-within")) event.preventDefault();
      return;
    }
    if (event.detail.ctx.target?.id !== "drawer" || drawer().firstChild) return;
    listUrl = location.pathname + location.search;
    opener = document.activeElement;
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    const target = ctx.target instanceof Element ? ctx.target : null;
    if (target?.id === "main") {
      drawer()?.replaceChildren();
      watchForms();
      const wrong = $("#main [aria-invalid]");
      if (wrong) wrong.focus();
      else if (!document.activeElement || document.activeElement === document.body) $("#main h1")?.focus();
    }
    if (target?.id === "drawer") {
      markRow();
      $("h2", drawer())?.focus({ preventScroll: true });
    }
  });

  document.addEventListener("htmx:error", (event) => {
    const ctx = event.detail.ctx;
    if (!ctx || ctx.sourceElement?.closest("[data-live], [data-refresh]")) return;
    problem("No answer from Aegis. What you typed is kept; try again.");
  });

  function problem(text) {
    const box = document.createElement("div");
    box.className = "toast problem";
    box.setAttribute("role", "alert");
    const note = document.createElement("span");
    note.textContent = text;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.dataset.dismiss = "";
    button.textContent = "Close";
    box.append(note, button);
    $("#toasts")?.replaceChildren(box);
  }

  /* Drawer: closing goes back to the list and to what opened it. */
  function closeDrawer() {
    if (!drawer()?.firstChild) return false;
    drawer().replaceChildren();
    all("tr[aria-selected]").forEach((row) => row.removeAttribute("aria-selected"));
    if (listUrl) history.pushState({ htmx: true }, "", listUrl);
    if (opener?.isConnected) opener.focus();
    opener = null;
    return true;
  }

  function markRow() {
    for (const row of all("table[data-rows] tbody tr")) {
      const open = $("a.go", row)?.getAttribute("href") === location.pathname;
      if (open) row.setAttribute("aria-selected", "true");
      else row.removeAttribute("aria-selected");
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (event.target.closest("[data-dismiss]")) return event.target.closest(".toast").remove();
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (link && plain && drawer()?.contains(link)) {
      if (link.matches("[data-close]")) {
        event.preventDefault();
        closeDrawer();
      } else if (link.dataset.inDrawer) {
        event.preventDefault();
        history.replaceState({ htmx: true }, "", link.dataset.inDrawer);
        htmx.ajax("GET", link.dataset.inDrawer, { target: "#drawer", swap: "innerHTML" });
      }
      return;
    }
    /* A row opens what its first link opens. */
    const row = event.target.closest("table[data-rows] tbody tr");
    if (!row || !plain || event.target.closest("a, button, input, select, label, details, form")) return;
    if (String(getSelection()) === "") firstLink(row)?.click();
  });

  const firstLink = (row) => $("a.go, td > a", row);

  /* Palette. */
  const palette = $("#palette");
  palette?.addEventListener("toggle", (event) => {
    if (event.newState === "open") $("input", palette).select();
  });
  palette?.addEventListener("keydown", (event) => {
    const options = all("[role=option]", palette);
    const at = options.findIndex((option) => option.classList.contains("on"));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = (at + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length;
      options.forEach((option, i) => {
        option.classList.toggle("on", i === next);
        option.setAttribute("aria-selected", String(i === next));
      });
      options[next]?.scrollIntoView({ block: "nearest" });
      $("input", palette).setAttribute("aria-activedescendant", options[next]?.id ?? "");
    } else if (event.key === "Enter" && options[at]) {
      event.preventDefault();
      location.href = options[at].href;
    }
  });

  /* Keys. */
  const GO = { d: "/", t: "/traffic", h: "/hosts", r: "/rules", s: "/settings" };
  let afterG = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k" && palette) {
      event.preventDefault();
      return palette.togglePopover();
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      return event.target.closest("form")?.requestSubmit();
    }
    if (event.key === "Escape" && !$(":popover-open") && closeDrawer()) return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.documentElement.dataset.keys === "off") {
      return;
    }
    if (
      event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]")
    ) return;
    if ($(":popover-open")) return;
    if (letter(event.key, event.timeStamp)) event.preventDefault();
  });

  function letter(key, at) {
    if (at - afterG < 1000 && GO[key]) return (location.href = GO[key]);
    if (key === "g") return (afterG = at);
    if (key === "/") return focusOn("#filter");
    if (key === "?") return $("#keys")?.togglePopover(), true;
    if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
    if (key === "e") return focusOn("[data-exception] input[type=radio]");
    if (key === "b") return $("#ban")?.showPopover(), Boolean($("#ban"));
    if (key === "p") return $("[data-pause]")?.click(), true;
    return false;
  }

  function focusOn(selector) {
    const field = $(selector);
    field?.focus();
    field?.scrollIntoView({ block: "nearest" });
    return field !== null;
  }

  /* In the drawer j and k open the neighbour in the list; else they walk the rows. */
  function step(by) {
    const rows = all("table[data-rows] tbody tr").filter(firstLink);
    const open = Boolean(drawer()?.firstChild);
    const at = rows.findIndex((row) =>
      open ? row.hasAttribute("aria-selected") : row.contains(document.activeElement)
    );
    const link = firstLink(rows[Math.max(0, Math.min(rows.length - 1, at + by))] ?? document.body);
    if (!link) return false;
    if (open) link.click();
    else link.focus();
    return true;
  }

  /* Live tail: rows wait while hovered, focused or paused. */
  const live = $("[data-live]");
  if (live) {
    const tail = $("#tail", live);
    const button = $("[data-pause]", live);
    const state = $("[data-live-state]", live);
    const most = Number(tail.dataset.rows);
    let paused = false;
    let held = [];
    const waits = () => paused || tail.matches(":hover") || tail.contains(document.activeElement);
    const trim = () => {
      $("[data-placeholder]", tail)?.remove();
      all(".more", tail).slice(1).forEach((row) => row.remove());
      all("li:not(.more)", tail).slice(most).forEach((row) => row.remove());
      const rows = [...tail.children];
      if (rows.at(0)?.matches(".more") && rows.length === 1) rows[0].remove();
    };
    const release = () => {
      if (waits() || held.length === 0) return;
      for (const html of held) tail.insertAdjacentHTML("afterbegin", html);
      held = [];
      state.textContent = "as they come";
      trim();
    };
    document.addEventListener("htmx:sse:before:message", (event) => {
      if (!waits()) return;
      event.preventDefault();
      held = [...held, event.detail.message.data].slice(-most);
      state.textContent = paused ? "paused" : "waiting";
    });
    document.addEventListener("htmx:sse:after:message", () => {
      state.textContent = "as they come";
      trim();
    });
    document.addEventListener("htmx:sse:error", () => (state.textContent = "connecting again"));
    tail.addEventListener("mouseleave", release);
    tail.addEventListener("focusout", () => setTimeout(release));
    button.addEventListener("click", () => {
      paused = !paused;
      button.setAttribute("aria-pressed", String(paused));
      state.textContent = paused ? "paused" : "as they come";
      release();
    });
  }

  /* Toasts leave after ten seconds, unless hovered or focused. */
  const toasts = $("#toasts");
  function arm() {
    for (const toast of all("[data-toast]", toasts)) {
      if (toast.armed) continue;
      toast.armed = true;
      const leave = () => {
        if (toast.matches(":hover, :focus-within")) setTimeout(leave, 2000);
        else toast.remove();
      };
      setTimeout(leave, 10000);
    }
  }
  if (toasts) {
    arm();
    new MutationObserver(arm).observe(toasts, { childList: true });
  }

  /* Save bar: names what was changed; without a change it is not there. */
  function watchForms() {
    const tab = $(".tabs [aria-current]");
    if (tab) tab.parentNode.scrollLeft = tab.offsetLeft - tab.parentNode.offsetLeft - 48;
    for (const form of all("form[data-watch]")) {
      const bar = $("[data-savebar]", form);
      if (!bar || form.watched) continue;
      form.watched = true;
      const failed = $("[aria-invalid], .note.blocked", form) !== null;
      const show = () => {
        const names = [...new Set([...form.elements].filter(isChanged).map(labelOf))];
        const text = names.length === 1 ? "1 change" : `${names.length} changes`;
        const count = document.createElement("b");
        count.textContent = text;
        const list = document.createElement("span");
        list.className = "muted small s";
        list.textContent = ` ${names.slice(0, 4).join(", ")}`;
        $("[data-changes]", bar).replaceChildren(...(names.length ? [count, list] : []));
        bar.hidden = names.length === 0 && !failed;
      };
      form.addEventListener("input", show);
      form.addEventListener("change", show);
      show();
    }
  }

  function isChanged(field) {
    if (!field.name || field.type === "hidden" || field.type === "submit") return false;
    if (field.type === "checkbox" || field.type === "radio") {
      return field.checked !== field.defaultChecked && (field.type === "checkbox" || field.checked);
    }
    if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected);
    return field.value !== field.defaultValue;
  }

  function labelOf(field) {
    const legend = field.type === "radio" ? $("legend", field.closest("fieldset")) : null;
    return (legend ?? field.labels?.[0]?.firstChild)?.textContent?.trim() ?? field.name;
  }

  watchForms();
})();
