// Keeps the figures of the page true without a reload; without this module the page shows them as of its loading.
const section = document.querySelector("[data-live]");

const set = (id, text) => {
  const place = document.getElementById(id);
  if (place.textContent !== text) place.textContent = text;
};

const why = (text, href) => {
  const link = document.createElement("a");
  link.className = "why";
  link.href = href;
  link.textContent = text;
  return link;
};

const cell = (text, href, kind = "") => {
  const td = document.createElement("td");
  td.className = `number ${kind}`.trim();
  td.append(why(text, href));
  return td;
};

const heading = (text) => {
  const th = document.createElement("th");
  th.scope = "row";
  th.textContent = text;
  return th;
};

const bar = (percent) => {
  const names = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(names, "svg");
  svg.setAttribute("viewBox", "0 0 100 8");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${percent}\u00a0%`);
  for (const [kind, width] of [["track", 100], ["fill", percent]]) {
    const rect = document.createElementNS(names, "rect");
    rect.setAttribute("class", kind);
    rect.setAttribute("width", width);
    rect.setAttribute("height", 8);
    svg.append(rect);
  }
  const td = document.createElement("td");
  td.className = "bar";
  td.append(svg);
  return td;
};

const row = (shown, before) => {
  const tr = document.createElement("tr");
  tr.dataset.class = shown.class_code;
  const figure = (text, word, kind) => cell(text, `${shown.href}${word}`, kind);
  tr.append(heading(shown.label), figure(shown.participants, "participants"), figure(shown.received, "recu", "detail"), figure(shown.returned, "rendu", "detail"), figure(shown.balance, "conserve", "strong"), bar(shown.percent));
  if (before !== shown.balance) tr.className = "changed";
  return tr;
};

const showClasses = (body, sheet) => {
  const before = new Map([...body.querySelectorAll("tr[data-class]")].map((tr) => [tr.dataset.class, tr.querySelector(".strong").textContent]));
  body.replaceChildren(...sheet.rows.map((shown) => row(shown, before.get(shown.class_code))));
};

const show = (sheet) => {
  const body = document.getElementById("classes");
  showClasses(body, sheet);
  const reason = document.getElementById("no-class");
  reason.hidden = sheet.rows.length > 0;
  reason.textContent = sheet.begun ? reason.dataset.few : reason.dataset.none;
  for (const [id, text] of [
    ["total", sheet.total], ["participants", sheet.participants], ["as-of", sheet.as_of], ["position", sheet.position],
    ["received", sheet.received], ["returned", sheet.returned],
    ["sum-participants", sheet.participants], ["sum-received", sheet.received], ["sum-returned", sheet.returned], ["sum-balance", sheet.total],
  ]) set(id, String(text));
  const words = document.getElementById("participants-word").dataset;
  set("participants-word", sheet.participants < 2 ? words.one : words.many);
};

const showCoop = (coop) => {
  for (const [id, figure] of Object.entries(coop.figures)) {
    set(id, figure.text);
    document.getElementById(id).href = figure.href;
  }
  set("month", coop.month);
  set("as-of", coop.as_of);
  if (!coop.campaigns.length) return;
  document.getElementById("campaigns").replaceChildren(...coop.campaigns.map((shown) => {
    const tr = document.createElement("tr");
    tr.append(heading(shown.title), cell(shown.text, shown.href, "strong"));
    return tr;
  }));
};

if (section) {
  const source = new EventSource(section.dataset.live);
  const lost = document.getElementById("link-state");
  source.addEventListener("balance", (message) => { lost.hidden = true; show(JSON.parse(message.data)); });
  source.addEventListener("coop", (message) => { lost.hidden = true; showCoop(JSON.parse(message.data)); });
  source.addEventListener("open", () => { lost.hidden = true; });
  source.addEventListener("error", () => { lost.hidden = false; });
}
