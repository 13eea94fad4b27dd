// Follows the files that are being prepared; without this module a link loads the page again.
const PAUSE = 2000;

const follow = async () => {
  const section = document.getElementById("prepares");
  if (!section || !("underWay" in section.dataset)) return;
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("prepares");
    if (answer.ok && fresh && !section.contains(document.activeElement)) section.replaceWith(fresh);
  } catch {
    // Away for a moment: the next round asks again.
  }
  setTimeout(follow, PAUSE);
};
setTimeout(follow, PAUSE);
