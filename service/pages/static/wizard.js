// What makes the five steps more comfortable; each of them works without it.
const NBSP = "\u00a0";
const euros = (cents) => {
  const whole = String(Math.trunc(cents / 100)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return `${whole},${String(cents % 100).padStart(2, "0")}${NBSP}€`;
};
const cents = (typed) => {
  const found = /^(\d+)(?:[.,](\d{1,2}))?$/.exec(typed.replace(/[\s\u00a0\u202f€]/g, ""));
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
};

// A file that is chosen is sent at once, unless it is too large: then that is said, and nothing is sent.
for (const input of document.querySelectorAll("input[type=file][data-most]")) {
  const send = input.parentElement.querySelector("[data-send]");
  send.hidden = true;
  input.addEventListener("change", () => {
    input.closest(".field").querySelector("[data-refused]")?.remove();
    if ([...input.files].some((file) => file.size > Number(input.dataset.most))) {
      const refused = document.createElement("p");
      refused.className = "error";
      refused.dataset.refused = "";
      refused.setAttribute("role", "alert");
      refused.textContent = input.dataset.refusal;
      input.parentElement.before(refused);
      input.value = "";
    } else if (input.files.length) {
      input.form.requestSubmit(send);
    }
  });
}

// What families pay, at each change of an amount.
const baskets = document.querySelector("[data-baskets]");
const cell = (row, kind, text) => {
  const made = row.appendChild(document.createElement(kind));
  made.textContent = text;
  if (kind === "td") made.className = "number";
  else made.scope = "row";
};
const reckon = () => {
  const rows = [];
  for (const tariff of document.querySelectorAll("[data-tariff]")) {
    const typed = [...tariff.querySelectorAll("[name^=amount-]")].map((one) => one.value.trim());
    const free = tariff.querySelector("[data-free-tariff]").checked;
    const tiers = [];
    for (const amount of free ? [typed[0] || "0"] : typed) tiers.push(amount || !tiers.length ? cents(amount) : tiers.at(-1));
    if (tiers.includes(null)) continue;
    const label = tariff.querySelector("[name^=label-]").value;
    const pays = (count) => Array.from({ length: count }, (_, rank) => tiers[Math.min(rank, tiers.length - 1)]).reduce((sum, one) => sum + one, 0);
    const least = tiers[0] ? `Libre, dès ${euros(tiers[0])}` : "Montant libre";
    rows.push([label, ...[1, 2, 3].map((count) => (free ? least : euros(pays(count))))]);
  }
  if (!rows.length) return;
  baskets.querySelector("[data-before]")?.remove();
  baskets.querySelector("table").hidden = false;
  baskets.querySelector("tbody").replaceChildren(...rows.map(([label, ...amounts]) => {
    const row = document.createElement("tr");
    cell(row, "th", label);
    for (const amount of amounts) cell(row, "td", amount);
    return row;
  }));
};
if (baskets) {
  baskets.closest("form").addEventListener("input", reckon);
  document.querySelector("[data-without-script]").hidden = true;
}

// What is proposed is typed over: it is selected as a whole when its field is entered.
const typedOver = (field, isProposed) => {
  let entered = true;
  const take = () => { if (isProposed()) field.select(); };
  field.addEventListener("focus", take);
  field.addEventListener("blur", () => { entered = true; });
  field.addEventListener("click", () => {
    if (entered) take();
    entered = false;
  });
};
for (const field of document.querySelectorAll("[data-proposed]")) typedOver(field, () => field.value === field.dataset.proposed);

// A title is proposed with the purpose, as long as none of one's own was typed.
const purposes = document.querySelector("[data-titles]");
const title = document.getElementById("title");
if (purposes && title) {
  const proposed = [...purposes.options].map((one) => one.textContent);
  const propose = () => {
    if (purposes.value && (!title.value.trim() || proposed.includes(title.value))) title.value = purposes.selectedOptions[0].textContent;
  };
  purposes.addEventListener("change", propose);
  typedOver(title, () => proposed.includes(title.value));
  if (!document.getElementById("errors")) propose();
}

// A field that is corrected is no longer shown as wrong; the server looks at it again.
for (const field of document.querySelectorAll("[aria-invalid=true], [aria-describedby$=-error]")) {
  field.addEventListener("input", () => {
    for (const wrong of [field, ...field.querySelectorAll("[aria-invalid]")]) wrong.removeAttribute("aria-invalid");
    const said = field.getAttribute("aria-describedby")?.split(" ").find((one) => one.endsWith("-error"));
    document.getElementById(said)?.setAttribute("hidden", "");
    document.querySelector(`#errors a[href="#${said?.replace(/-error$/, "")}"]`)?.closest("li").classList.add("corrected");
  }, { once: true });
}

// Who typed something and leaves by another way than a button of the form is asked.
const form = document.querySelector("form.stacked");
if (form) {
  const ask = (event) => event.preventDefault();
  const stay = () => removeEventListener("beforeunload", ask);
  const changed = () => addEventListener("beforeunload", ask);
  form.addEventListener("input", changed);
  form.addEventListener("submit", stay);
  document.querySelector("[data-leaves]")?.addEventListener("click", stay);
  if (document.getElementById("errors")) changed();
}

// A form that was sent and led on to another page is saved: « back » to an earlier answer to it shows what is stored.
if (form) {
  const here = location.pathname;
  const sent = sessionStorage.getItem("sent");
  if (sent && sent !== here) sessionStorage.setItem("saved", sent);
  sessionStorage.removeItem("sent");
  form.addEventListener("submit", () => {
    sessionStorage.setItem("sent", here);
    sessionStorage.removeItem("saved");
  });
  const [{ type }] = performance.getEntriesByType("navigation");
  if ("answers" in form.dataset && type === "back_forward" && sessionStorage.getItem("saved") === here) location.replace(here);
}

// The decision of the Conseil is stored with the publication alone: until then this tab remembers what was typed of it.
const decision = [document.getElementById("decided_on"), document.getElementById("minutes")].filter(Boolean);
for (const field of decision) {
  const key = `${location.pathname}#${field.name}`;
  if (!field.value) field.value = sessionStorage.getItem(key) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
}
