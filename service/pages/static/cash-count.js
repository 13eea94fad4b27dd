// Counting cash: totals as one types, kept on this device while there is no network, sent once. Numbers and amounts, no name.
const NBSP = "\u00a0";
const DAY = 24 * 60 * 60 * 1000;
const PREFIX = "coopledger-count:";
const euros = (cents) => {
  const whole = String(Math.trunc(Math.abs(cents) / 100)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return `${cents < 0 ? "\u2212" : ""}${whole},${String(Math.abs(cents) % 100).padStart(2, "0")}${NBSP}€`;
};
const cents = (typed) => {
  const found = /^(\d+)(?:[.,](\d{1,2}))?$/.exec(typed.replace(/[\s\u00a0\u202f€]/g, ""));
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : 0;
};

// What is kept: nothing older than a day, nothing once it is sent, nothing after signing out.
const kept = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};
const sweep = () => {
  for (const key of kept()) {
    const draft = read(key);
    if (!draft || !(Date.now() - draft.begun < DAY)) localStorage.removeItem(key);
  }
};
const empty = () => {
  for (const key of kept()) localStorage.removeItem(key);
  globalThis.caches?.delete("coopledger-count");
};
sweep();
setInterval(sweep, 60 * 1000);
addEventListener("visibilitychange", sweep);
document.querySelector('form[action$="/deconnexion"]')?.addEventListener("submit", empty);
const counted = document.querySelector("[data-counted]");
if (counted) localStorage.removeItem(PREFIX + counted.dataset.counted);

// The total of notes and coins, wherever they are typed.
for (const total of document.querySelectorAll("[data-pieces-total]")) {
  const typed = [...total.closest("form").querySelectorAll("[data-value]")];
  const add = () => { total.textContent = euros(typed.reduce((sum, one) => sum + Number(one.dataset.value) * (Number(one.value) || 0), 0)); };
  total.closest("[data-pieces-line]")?.removeAttribute("hidden");
  total.closest("form").addEventListener("input", add);
  add();
}

const form = document.querySelector("form[data-count]");
if (form) {
  const place = PREFIX + form.dataset.count;
  const lines = form.querySelector("#slips");
  const rows = () => [...lines.rows].map((row) => [...row.querySelectorAll("input")]);
  const pieces = [...form.querySelectorAll("[data-value]")];
  const seen = form.querySelector("#seen");
  const most = Number(form.querySelector("[data-more]")?.dataset.more ?? 0);
  const say = (id, text) => { document.getElementById(id).textContent = text; };
  const show = (id, yes) => { document.getElementById(id).hidden = !yes; };

  const add = () => {
    if (rows().length >= most) return;
    const number = rows().length + 1;
    const row = lines.insertRow();
    row.innerHTML = lines.rows[0].innerHTML;
    for (const error of row.querySelectorAll(".error")) error.remove();
    for (const input of row.querySelectorAll("input")) {
      const kind = input.name.split("-")[0];
      input.id = input.name = `${kind}-${number}`;
      input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+$/, number));
      for (const name of ["value", "aria-invalid", "aria-describedby"]) input.removeAttribute(name);
      input.value = "";
    }
  };
  const reckon = () => {
    const expected = rows().reduce((sum, [, amount]) => sum + cents(amount.value), 0);
    const total = pieces.reduce((sum, one) => sum + Number(one.dataset.value) * (Number(one.value) || 0), 0);
    const difference = total - expected;
    say("expected", euros(expected));
    say("counted", euros(total));
    say("difference", euros(difference));
    show("difference-seen", difference !== 0);
    if (seen.value !== String(difference)) seen.checked = false;
    seen.value = String(difference);
    const last = rows().at(-1);
    if (last.some((input) => input.value)) add();
  };
  let waiting = false;
  let begun = Date.now();
  const keep = () => {
    localStorage.setItem(place, JSON.stringify({
      begun,
      waiting,
      key: form.elements.cle.value,
      slips: rows().map((row) => row.map((input) => input.value)),
      pieces: pieces.map((one) => one.value),
      witness: form.elements.witness.value,
      seen: seen.checked,
    }));
  };
  const restore = (draft) => {
    ({ begun, waiting } = draft);
    form.elements.cle.value = draft.key;
    while (rows().length < draft.slips.length) {
      const before = rows().length;
      add();
      if (rows().length === before) break;
    }
    draft.slips.forEach((slip, line) => slip.forEach((text, part) => { if (rows()[line]) rows()[line][part].value = text; }));
    draft.pieces.forEach((text, number) => { pieces[number].value = text; });
    form.elements.witness.value = draft.witness;
    reckon();
    seen.checked = draft.seen;
  };
  const online = () => {
    show("offline", !navigator.onLine && !waiting);
    show("waiting", waiting);
  };

  // Sent once: the key was made here, and the service writes a count down once under its key.
  let sending = false;
  const send = async () => {
    if (sending) return;
    sending = true;
    waiting = true;
    keep();
    online();
    try {
      const body = new URLSearchParams(new FormData(form));
      body.set("action", "envoyer");
      const answer = await fetch(location.pathname, { method: "POST", body, headers: { Accept: "text/html" } });
      waiting = false;
      keep();
      if (answer.redirected) {
        location.assign(answer.url);
      } else {
        // Refused: the page says what is wrong, line by line.
        form.querySelector("[name=action][value=envoyer]").dataset.through = "1";
        form.requestSubmit(form.querySelector("[name=action][value=envoyer]"));
      }
    } catch {
      sending = false; // No network: it stays, and goes when the network is back.
      online();
    }
  };
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "envoyer" || event.submitter.dataset.through) return;
    event.preventDefault();
    send();
  });
  form.querySelector("[data-more]")?.addEventListener("click", (event) => {
    event.preventDefault();
    for (let line = 0; line < 10; line += 1) add();
  });
  // Enter goes on to the next field: a telephone's keyboard has no other way, and nothing is sent by accident.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input[inputmode]")) return;
    event.preventDefault();
    const fields = [...form.querySelectorAll("input[inputmode]")];
    fields[fields.indexOf(event.target) + 1]?.focus();
  });
  form.querySelector("[data-without-script]").hidden = true;
  form.addEventListener("input", () => { waiting = false; reckon(); keep(); online(); });
  addEventListener("online", () => { online(); if (waiting) send(); });
  addEventListener("offline", online);

  const draft = read(place);
  const refused = document.getElementById("errors");
  if (draft && !refused) restore(draft);
  else {
    if (draft) ({ begun } = draft);
    else form.elements.cle.value = crypto.randomUUID?.() ?? form.elements.cle.value;
    reckon();
  }
  online();
  if (waiting && navigator.onLine) send();

  // The page, its scripts and its style open again without network; nothing of anybody is in them.
  const keepPage = async () => {
    await navigator.serviceWorker.register(form.dataset.worker);
    const parts = [...document.querySelectorAll('link[href^="/static/"], script[src^="/static/"]')];
    const cache = await caches.open("coopledger-count");
    await cache.addAll(parts.map((one) => one.getAttribute("href") ?? one.getAttribute("src")));
    const answer = await fetch(location.pathname);
    if (!answer.ok || answer.redirected) return;
    // As the worker keeps it: what is kept does not say who looked.
    const page = (await answer.text()).replace(/(<a [^>]*data-person[^>]*>)[^<]*/g, "$1Votre accès");
    const headers = new Headers(answer.headers);
    headers.delete("content-encoding");
    headers.delete("content-length");
    await cache.put(location.pathname, new Response(page, { headers }));
  };
  if (navigator.onLine && "serviceWorker" in navigator) keepPage().catch(() => {});
}
