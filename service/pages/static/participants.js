// Says that a list of participants is not the latest any more; without this module the page shows it as of its loading.
const news = document.getElementById("news");
if (news) {
  const source = new EventSource(news.dataset.stream);
  source.addEventListener("balance", (message) => {
    const { received, participants } = JSON.parse(message.data);
    const changed = received !== undefined && (received !== news.dataset.received || String(participants) !== news.dataset.participants);
    if (changed && news.hidden) news.hidden = false;
  });
}
