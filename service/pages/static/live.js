// Keeps the figures of the page true without a reload; without this module the page shows them as of its loading.
const section = document.querySelector("[data-live]");

const set = (id, text) => {
  const place = document.getElementById(id);
  if (place.textContent !== text) place.textContent = text;
};

const cell = (text, kind = "") => {
  const td = document.createElement("td");
  td.className = `number ${kind}`.trim();
  td.textContent = text;
  return td;
};

const bar = (percent) => {
  const names = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(names, "svg");
  svg.setAttribute("viewBox", "0 0 100 8");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${percent} %`);
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
  const th = document.createElement("th");
  th.scope = "row";
  th.textContent = shown.label;
  tr.append(th, cell(shown.participants), cell(shown.received, "detail"), cell(shown.returned, "detail"), cell(shown.balance, "strong"), bar(shown.percent));
  if (before !== shown.balance) tr.className = "changed";
  return tr;
};

const show = (sheet) => {
  const body = document.getElementById("classes");
  const before = new Map([...body.querySelectorAll("tr[data-class]")].map((tr) => [tr.dataset.class, tr.querySelector(".strong").textContent]));
  body.replaceChildren(...sheet.rows.map((shown) => row(shown, before.get(shown.class_code))));
  for (const [id, text] of [
    ["total", sheet.total], ["participants", sheet.participants], ["participants-word", sheet.participants < 2 ? "participant" : "participants"], ["as-of", sheet.as_of], ["position", sheet.position],
    ["received", sheet.received], ["returned", sheet.returned],
    ["sum-participants", sheet.participants], ["sum-received", sheet.received], ["sum-returned", sheet.returned], ["sum-balance", sheet.total],
  ]) set(id, String(text));
};

if (section) {
  const source = new EventSource(section.dataset.live);
  const lost = document.getElementById("link-state");
  source.addEventListener("balance", (message) => { lost.hidden = true; show(JSON.parse(message.data)); });
  source.addEventListener("open", () => { lost.hidden = true; });
  source.addEventListener("error", () => { lost.hidden = false; });
}
