// Keeps the page of a contribution true without a reload; without this module the page asks again by itself.
const main = document.querySelector("[data-follow]");

const show = (told) => {
  const sentence = document.getElementById("sentence");
  sentence.textContent = told.sentence;
  sentence.dataset.status = told.status;
  for (const name of ["paid", "tip", "total"]) document.getElementById(name).textContent = told[name];
  document.getElementById("amounts").hidden = ["pending", "abandoned"].includes(told.status);
  document.getElementById("resume").hidden = !told.payable;
};

if (main) {
  const source = new EventSource(main.dataset.follow);
  source.addEventListener("contribution", (message) => show(JSON.parse(message.data)));
}
