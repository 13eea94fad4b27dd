// Keeps the page of a contribution true without a reload; without this module the page asks again by itself.
const main = document.querySelector("[data-follow]");

const hide = (id, hidden) => { const place = document.getElementById(id); if (place) place.hidden = hidden; };

// The lines of a list, before its sum: each a label and an amount.
const list = (id, lines) => {
  const place = document.querySelector(`#${id} dl`);
  for (const old of place.querySelectorAll(":not(.sum)")) old.remove();
  const made = lines.flatMap((line) => line.map((text, at) => {
    const cell = document.createElement(at ? "dd" : "dt");
    cell.textContent = text;
    return cell;
  }));
  place.prepend(...made);
};

const show = (told, first) => {
  const sentence = document.getElementById("sentence");
  if (sentence.textContent !== told.sentence) sentence.textContent = told.sentence;
  sentence.dataset.status = told.status;
  for (const name of ["asked", "paid", "tip", "total"]) document.getElementById(name).textContent = told[name];
  list("basket", told.children);
  list("later", told.later);
  for (const name of ["basket", "amounts"]) hide(name, ["pending", "abandoned"].includes(told.status));
  hide("later", !told.later.length);
  hide("receipt", !told.receipted);
  hide("mailed", !told.confirmed);
  hide("again", told.status !== "abandoned");
  if (!told.payable || !first) hide("resume", !told.payable);
};

if (main) {
  let first = true;
  const source = new EventSource(main.dataset.follow);
  source.addEventListener("contribution", (message) => { show(JSON.parse(message.data), first); first = false; });
}
