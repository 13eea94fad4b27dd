// Keeps the page of a contribution true without a reload; without this module the page asks again by itself.
const main = document.querySelector("[data-follow]");

const hide = (id, hidden) => { const place = document.getElementById(id); if (place) place.hidden = hidden; };

const show = (told, first) => {
  const sentence = document.getElementById("sentence");
  if (sentence.textContent !== told.sentence) sentence.textContent = told.sentence;
  sentence.dataset.status = told.status;
  for (const name of ["paid", "tip", "total"]) document.getElementById(name).textContent = told[name];
  hide("amounts", ["pending", "abandoned"].includes(told.status));
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
