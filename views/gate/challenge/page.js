/* What the challenge page does: the proof in a worker, its progress, and the answer. Texts stand in the document. */
(() => {
  const at = (id) => document.getElementById(id);
  const data = document.querySelector("main").dataset;
  const bar = at("bar"), status = at("st"), box = at("box"), more = at("more");
  let { ticket } = data, bits = +data.bits, probes = 0, proof = "", shown = 0, rounds = 0;
  const parts = +data.parts;

  // A status is read out: only what is new, and not too often.
  const say = (text) => status.textContent === text || (status.textContent = text);
  const fail = (text) => {
    say(text);
    bar.hidden = true;
    more.open = true;
  };

  // A page that comes back again and again helps nobody.
  const mayStart = () => {
    if (!navigator.cookieEnabled) return fail(data.cookies), false;
    try {
      const now = Date.now();
      const before = (sessionStorage.aegis || "").split(" ").filter((time) => time && now - time < 60000);
      if (before.length > 3) {
        sessionStorage.removeItem("aegis");
        return fail(data.failed), false;
      }
      sessionStorage.aegis = [...before, now].join(" ");
    } catch { /* No storage: the visitor can still come in. */ }
    return true;
  };

  const look = () => {
    const n = navigator, phone = /Mobi|Android/.test(n.userAgent);
    const odd = [
      n.webdriver === true,
      !n.languages || n.languages.length === 0,
      /Headless/.test(n.userAgent),
      !self.outerWidth || !self.outerHeight,
      /Chrome\//.test(n.userAgent) && !self.chrome,
      !phone && n.plugins && n.plugins.length === 0,
    ];
    return odd.reduce((sum, is, i) => sum + (is ? 1 << i : 0), 0);
  };

  const progress = ({ counters, tries }, ms) => {
    const done = counters.length;
    bar.value = 100 * done / parts;
    const left = Math.ceil((parts - done) * 2 ** bits / (tries / ms) / 1000);
    if (ms > 500 && ms - shown > 2000) shown = ms, say(data.left.replace("#", left));
    if (done === parts) proof = counters.join("-"), finish();
  };

  const solve = () => {
    const start = performance.now();
    const here = () => {
      const one = solver(ticket, bits, parts);
      const go = () => {
        const so = one.step(2000);
        progress(so, performance.now() - start);
        if (so.counters.length < parts) setTimeout(go);
      };
      go();
    };
    const source = `${solver};onmessage=({data})=>{const s=solver(...data);let r;` +
      `do postMessage(r=s.step(20000));while(r.counters.length<data[2])}`;
    let worker;
    try {
      const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      worker = new Worker(url);
      worker.onerror = (event) => {
        event.preventDefault();
        worker.terminate();
        here();
      };
      worker.onmessage = (event) => {
        progress(event.data, performance.now() - start);
        if (event.data.counters.length === parts) worker.terminate(), URL.revokeObjectURL(url);
      };
      worker.postMessage([ticket, bits, parts]);
    } catch {
      here();
    }
  };

  const finish = async () => {
    if (box && !box.checked) return say(data.tick);
    say(data.done);
    let answer;
    try {
      answer = await fetch("/_aegis/challenge", {
        method: "POST",
        credentials: "same-origin",
        cache: "no-store",
        headers: { "x-aegis-proof": `${ticket}~${proof}~${probes | look()}` },
      });
      if (answer.ok) return location.reload();
      const again = await answer.json();
      if (!again.ticket || ++rounds > 2) return fail(data.failed);
      ({ ticket, bits } = again);
      proof = "";
      solve();
    } catch {
      fail(data.failed);
    }
  };

  if (!mayStart()) return;
  bar.hidden = false;
  if (box) {
    box.closest("label").hidden = false;
    box.onchange = (event) => {
      if (!event.isTrusted) probes |= 64;
      if (box.checked && proof) finish();
    };
  }
  say(data.work);
  solve();
})();
