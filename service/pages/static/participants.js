// Says that a list of participants is not the latest any more, and how many of its rows are chosen; without this module
// the page shows it as of its loading.
const news = document.getElementById("news");
if (news) {
  const source = new EventSource(news.dataset.stream);
  source.addEventListener("balance", (message) => {
    const { received, participants } = JSON.parse(message.data);
    const changed = received !== undefined && (received !== news.dataset.received || String(participants) !== news.dataset.participants);
    if (changed && news.hidden) news.hidden = false;
  });
}

const chosen = document.getElementById("chosen");
const selection = document.getElementById("selection");
if (chosen && selection) {
  const count = () => {
    const every = selection.querySelector("input[name=toutes]");
    const ticked = selection.querySelectorAll("input[name=ligne]:checked").length;
    const number = every && every.checked ? Number(chosen.dataset.all) : ticked;
    chosen.value = number ? `${number} ${number > 1 ? chosen.dataset.many : chosen.dataset.one}` : "";
  };
  selection.addEventListener("change", count);
  count();
}
